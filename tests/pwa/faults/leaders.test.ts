import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Outbox } from '../../../pwa/src/database/outbox.ts'
import { leadWhileAlone } from '../../../pwa/src/sync/leader.ts'
import { phoneOf } from '../phone.ts'
import { pass, virtualTime } from './time.ts'

let outbox: Outbox
let ended: AbortController

beforeEach(async () => {
  virtualTime()
  localStorage.clear()
  outbox = (await phoneOf()).outbox
  ended = new AbortController()
})

afterEach(() => {
  ended.abort()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

interface Tab {
  leads: boolean
  close: () => void
}

function tab(): Tab {
  const own = new AbortController()
  ended.signal.addEventListener('abort', () => own.abort())
  const at: Tab = { leads: false, close: () => own.abort() }
  const set = (leads: boolean) => () => {
    at.leads = leads
  }
  leadWhileAlone(outbox, set(true), set(false), own.signal)
  return at
}

const without = () => vi.stubGlobal('navigator', { ...navigator, locks: undefined })

/** One lock, handed on when its holder ends; a frozen holder keeps it for ever. */
function withLock(): void {
  let free: Promise<unknown> = Promise.resolve()
  const request = (_name: string, { signal }: { signal: AbortSignal }, hold: () => Promise<void>) => {
    const before = free
    const held = before.then(() => (signal.aborted ? undefined : hold()))
    free = held
    return held
  }
  vi.stubGlobal('navigator', { ...navigator, locks: { request } })
}

test('without Web Locks one tab leads, and another one takes over when it is closed or dies', async () => {
  without()
  const one = tab()
  await pass(1)
  const two = tab()
  await pass(60)
  expect([one.leads, two.leads]).toEqual([true, false])
  one.close()
  await pass(20)
  expect([one.leads, two.leads]).toEqual([false, true])
})

test('with Web Locks the next tab leads as soon as the first is closed', async () => {
  withLock()
  const one = tab()
  const two = tab()
  await pass(600)
  expect([one.leads, two.leads]).toEqual([true, false])
  one.close()
  await pass(1)
  expect([one.leads, two.leads]).toEqual([false, true])
})

test('a lock that never comes free does not stop the sync: when its holder is silent another tab leads', async () => {
  vi.stubGlobal('navigator', { ...navigator, locks: { request: () => new Promise(() => undefined) } })
  const one = tab()
  await pass(60)
  expect(one.leads).toBe(false)
  await pass(60)
  expect(one.leads).toBe(true)
  // The holder wakes and shows that it is alive: this tab steps back, until it is silent again.
  localStorage.setItem(`xunfang.sync ${outbox.name}`, String(Date.now() + 1))
  await pass(40)
  expect(one.leads).toBe(false)
  await pass(180)
  expect(one.leads).toBe(true)
})

test('of two tabs that wait for a frozen one only one leads', async () => {
  vi.stubGlobal('navigator', { ...navigator, locks: { request: () => new Promise(() => undefined) } })
  const one = tab()
  await pass(7)
  const two = tab()
  await pass(300)
  expect([one.leads, two.leads].filter(Boolean)).toHaveLength(1)
})
