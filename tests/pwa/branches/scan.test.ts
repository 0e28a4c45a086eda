import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { branchOfCode } from '../../../pwa/src/branches/queries.ts'
import { readCode } from '../../../pwa/src/branches/scan/label.ts'
import { recognise } from '../../../pwa/src/branches/scan/recognise.ts'
import { applyReply } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import { phoneOf, rowFrom } from '../phone.ts'

const HERE = 'inspect.example.org'
const TOKEN = 'sYb0nW1oQ9c-2_hZkTq4xw'
/** The secret of the label this phone was told of, by its hash. */
const KNOWN = 'a-label_of_this_phone'
const BRANCH = '018f4d1e-7c00-7000-8000-0000000000b1'

const label = (url: string) => {
  const read = readCode(url, HERE)
  if (read.kind !== 'label') throw new Error('not a label')
  return read
}
const hashed = async (text: string) =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

describe('what a code is', () => {
  test.each([
    [`https://${HERE}/#/b/${TOKEN}`, true, HERE],
    [`  https://${HERE}/#/b/${TOKEN}\n`, true, HERE],
    [`http://10.0.0.7:8000/#/b/${TOKEN}`, false, '10.0.0.7:8000'],
    [`https://elsewhere.example/#/b/${TOKEN}`, false, 'elsewhere.example'],
  ])('a label: %s', (text, ours, host) => {
    expect(readCode(text, HERE)).toEqual({ kind: 'label', token: TOKEN, ours, host })
  })

  test.each([
    ['https://shop.example/goods?id=1', 'address', 'shop.example/goods'],
    [`https://${HERE}/#/inspections/1`, 'address', HERE],
    [`https://${HERE}/sub/#/b/${TOKEN}`, 'address', `${HERE}/sub/`],
    [`https://${HERE}/#/b/../../x`, 'address', HERE],
    ['1234567890123', 'digits', '1234567890123'],
    ['EA123456789CN', 'digits', 'EA123456789CN'],
    ['你好，世界', 'text', '你好，世界'],
    ['javascript:alert(1)', 'text', 'javascript:alert(1)'],
    ['x'.repeat(500), 'text', `${'x'.repeat(80)}…`],
    ['', 'text', ''],
  ])('something else: %s', (text, what, shown) => {
    expect(readCode(text, HERE)).toEqual({ kind: 'other', what, text: shown })
  })

  test('what may hold a secret or a person is not shown', () => {
    expect(readCode('WIFI:T:WPA;S:office;P:hidden;;', HERE)).toEqual({ kind: 'other', what: 'network', text: '' })
    expect(readCode('BEGIN:VCARD\nFN:A\nEND:VCARD', HERE)).toEqual({ kind: 'other', what: 'contact', text: '' })
  })
})

describe('what a label is here', () => {
  const ours = `https://${HERE}/#/b/${TOKEN}`
  const theirs = `https://elsewhere.example/#/b/${TOKEN}`
  let asked: string[] = []

  const server = (status: number, body: unknown) =>
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url)
      const kind = status < 400 ? 'application/json' : 'application/problem+json'
      return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': kind } })
    })

  beforeEach(async () => {
    asked = []
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('no network')))
    const store = await phoneOf()
    const values = { name: '东门支局', code: 'Q-1001', unit: 'u', status: 'open', tag: await hashed(KNOWN) }
    const rows = { branch: [rowFrom('branch', BRANCH, 1, values as never)] }
    const reply = readReply({ v: 1, epoch: 3, ack: 0, cursor: 1, time: 1, rows, audiences: ['everyone'], more: false })
    if (!reply) throw new Error('not a reply')
    await applyReply(store.cache, await store.cache.syncState(), reply, [], { now: 1, lenient: false })
  })
  afterEach(() => vi.unstubAllGlobals())

  test('one the phone knows opens its branch, and nobody is asked', async () => {
    server(500, {})
    expect(await recognise(label(`https://${HERE}/#/b/${KNOWN}`))).toEqual({ is: 'open', branch: BRANCH })
    const otherAddress = label(`http://10.0.0.7:8000/#/b/${KNOWN}`)
    expect(await recognise(otherAddress)).toEqual({ is: 'open', branch: BRANCH })
    expect(asked).toEqual([])
  })

  test('one nobody knows, without signal', async () => {
    expect(await recognise(label(ours))).toEqual({ is: 'away' })
    expect(await recognise(label(theirs))).toEqual({ is: 'elsewhere', host: 'elsewhere.example' })
  })

  test('the server is asked by the hash, never with the secret', async () => {
    server(404, { code: 'not_found', status: 404 })
    expect(await recognise(label(ours))).toEqual({ is: 'unknown' })
    expect(asked).toEqual([`/api/labels/${await hashed(TOKEN)}`])
    expect(await recognise(label(theirs))).toEqual({ is: 'elsewhere', host: 'elsewhere.example' })
  })

  test('one that was given anew says since when and why, wherever it leads', async () => {
    server(200, { branch: BRANCH, state: 'retired', since: 77, why: 'copied' })
    const retired = { is: 'retired', branch: BRANCH, name: '东门支局', since: 77, why: 'copied' }
    expect(await recognise(label(ours))).toEqual(retired)
    expect(await recognise(label(theirs))).toEqual(retired)
    server(200, { branch: BRANCH, state: 'retired', since: 77, why: 'a reason of a newer server' })
    expect(await recognise(label(ours))).toMatchObject({ is: 'retired', why: undefined })
  })

  test('one that is newer than what the phone was told opens its branch all the same', async () => {
    server(200, { branch: BRANCH, state: 'current' })
    expect(await recognise(label(ours))).toEqual({ is: 'open', branch: BRANCH })
  })

  test('an ended session, a portal or a server that fails is not called a forgery', async () => {
    server(401, { code: 'unauthenticated', status: 401 })
    expect(await recognise(label(ours))).toEqual({ is: 'signed-out' })
    server(500, { code: 'server_error', status: 500 })
    expect(await recognise(label(ours))).toEqual({ is: 'away' })
    vi.stubGlobal('fetch', async () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }))
    expect(await recognise(label(ours))).toEqual({ is: 'away' })
  })

  test('a code is found as people type it', async () => {
    expect(await branchOfCode(' q-1001 ')).toBe(BRANCH)
    expect(await branchOfCode('Q-100')).toBeUndefined()
    expect(await branchOfCode('  ')).toBeUndefined()
  })
})
