/** The life of one inspection on a phone, from the first fill to the released picture, on a disk that may fail once. */

import { expect } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { type Store, storeOf, useStoreOf } from '../../../pwa/src/database/open.ts'
import { renumber } from '../../../pwa/src/database/renumber.ts'
import { recordCheck, startInspection, submit, writeNote } from '../../../pwa/src/inspections/acts.ts'
import { getInspection, listInspections } from '../../../pwa/src/inspections/queries.ts'
import type { InspectionView } from '../../../pwa/src/inspections/view.ts'
import { addPhoto } from '../../../pwa/src/photos/acts.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
import { type Upload, Uploads } from '../../../pwa/src/sync/uploads.ts'
import { FakeServer } from '../fakeServer.ts'
import { reopened, rowFrom, somebody } from '../phone.ts'
import { disk, type Fault, isDead, revive, seen } from './disk.ts'

const FAIL = { result: 'fail' as const }
const PASS = { result: 'pass' as const }
const SHOWN = { total: 900, vetoes: [] }
const NOTE = '柜台两人'
/** Names of errors of which the screen tells the person that nothing was saved. */
const TOLD = ['StorageFull', 'NotKept']

interface Gesture {
  act: () => Promise<unknown>
  /** Whether what is shown holds it; asked anew after every reopening. */
  shows: (view: InspectionView | undefined) => boolean
}

/** A server with some records that are there before the phone is, on pages of three. */
function filled(): FakeServer {
  const server = new FakeServer()
  server.page = 3
  for (const n of [1, 2, 3, 4]) server.put('branch', rowFrom('branch', `b${n}`, 1, { name: `支局 ${n}` }))
  for (const n of [1, 2, 3]) server.put('task', rowFrom('task', `t${n}`, 1, { branch: 'b1' }))
  server.judge = (change) =>
    change.type === 'finding' && isLocked(change.set) ? { outcome: 'refused', code: 'locked' } : {}
  return server
}

const isLocked = (set: object | undefined) => Object.keys(set ?? {}).some((path) => path.startsWith('checks.SHUT-1'))

export class Life {
  readonly server = filled()
  readonly person = somebody()
  store: Store = storeOf(this.person)
  inspection = ''
  deaths = 0
  refusals = 0
  private engine = this.newEngine()
  private clock = 1_800_000_000_000
  private readonly promised: Gesture[] = []
  private readonly received = new Map<string, number>()

  private newEngine(): Engine {
    return new Engine({ store: this.store, post: this.server.post, now: () => this.clock, app: 'test' })
  }

  /** The page was killed, or not: a new page on the same disk shows everything that was ever said to be saved. */
  private async reopen(): Promise<void> {
    revive()
    this.deaths += 1
    this.store = reopened(this.store)
    this.engine = this.newEngine()
    await this.compare()
  }

  private async compare(): Promise<void> {
    const view = this.inspection ? await getInspection(this.inspection) : undefined
    for (const gesture of this.promised) expect(gesture.shows(view), gesture.act.toString()).toBe(true)
  }

  /** Does it; what was not saved was told and is done again, as a person would. */
  private async gesture(gesture: Gesture): Promise<void> {
    for (const _attempt of [1, 2, 3]) {
      const problem = await gesture.act().then(
        () => null,
        (error: unknown) => error as Error,
      )
      if (problem === null) {
        this.promised.push(gesture)
        await this.compare().catch(async (error: unknown) => {
          if (!isDead()) throw error
          await this.reopen()
        })
        return
      }
      if (isDead()) {
        await this.reopen()
        if (gesture.shows(await this.view())) {
          this.promised.push(gesture)
          return
        }
      } else {
        expect(TOLD, `${problem.name} is told to nobody`).toContain(problem.name)
        this.refusals += 1
        expect(gesture.shows(await this.view())).toBe(false)
      }
    }
    throw new Error('one fault cannot refuse three times')
  }

  private async view(): Promise<InspectionView | undefined> {
    const [only, ...others] = await listInspections()
    expect(others).toEqual([])
    this.inspection ||= only?.inspection.id ?? ''
    return this.inspection ? getInspection(this.inspection) : undefined
  }

  /** Whatever happens, it is tried again; by a new page where the old one is gone. */
  private async insist(work: () => Promise<boolean>): Promise<void> {
    for (let left = 40; left > 0; left--) {
      const over = await work().catch(() => false)
      if (isDead()) await this.reopen()
      else if (over) return this.compare()
      this.clock += 60_000
    }
    throw new Error('the queue does not drain')
  }

  sync(): Promise<void> {
    return this.insist(async () => (await this.engine.round()).next === 'idle')
  }

  private upload(): Promise<void> {
    const send = async ({ id, size }: Upload) => {
      const key = `${id} ${size}`
      this.received.set(key, (this.received.get(key) ?? 0) + 1)
      const row = this.server.feed.get(id)?.row
      if (size === 'full' && row) this.server.put('photo', { ...row, stored_at: this.clock } as never)
      return { ok: true as const }
    }
    return this.insist(async () => {
      const uploads = new Uploads({ store: this.store, send, now: () => this.clock, chance: () => 0 })
      await uploads.run(new AbortController().signal)
      return (await standing(this.store)).waiting.photos === 0
    })
  }

  private check(item: string, answer: { result: 'fail' | 'pass' }): Promise<void> {
    return this.gesture({
      act: () => recordCheck(this.inspection, item, `${item}.a`, answer),
      shows: (view) => view?.findings.get(item)?.row?.checks[`${item}.a`]?.result === answer.result,
    })
  }

  private async work(): Promise<void> {
    await this.gesture({
      act: async () => {
        this.inspection = await startInspection({ branch: 'b1', standard: 's' })
      },
      shows: (view) => view !== undefined,
    })
    await this.check('ETI-4', FAIL)
    await this.gesture({
      act: () => writeNote(this.inspection, 'ETI-4', '柜'),
      shows: (view) => Boolean(view?.findings.get('ETI-4')?.row?.notes[this.person]?.startsWith('柜')),
    })
    await this.gesture({
      act: () => writeNote(this.inspection, 'ETI-4', NOTE),
      shows: (view) => view?.findings.get('ETI-4')?.row?.notes[this.person] === NOTE,
    })
  }

  /** All of it, from the sign-in to the day after. */
  async live(): Promise<void> {
    await this.insist(async () => {
      await renumber(this.store.outbox, 17)
      return true
    })
    useStoreOf(this.person)
    await this.sync()
    await this.work()
    await this.sync()
    await this.check('ENV-2', PASS)
    await this.gesture({
      act: () =>
        addPhoto({ inspection: this.inspection, item: 'ENV-2' }, new Blob(['x']), {
          source: 'camera',
          check: 'ENV-2.a',
        }),
      shows: (view) => view?.photos.length === 1,
    })
    await this.sync()
    this.server.gone('t2')
    await this.upload()
    await this.sync()
    await this.refusedOne()
    await this.gesture({
      act: async () => submit({ id: this.inspection, seen: await this.store.cache.seen() }, SHOWN),
      shows: (view) => Boolean(view?.inspection.submitted_at),
    })
    this.server.judge = () => ({})
    this.submitted()
    await this.sync()
  }

  /** The server's part of a submission, as far as the screen shows it. */
  private submitted(): void {
    const post = this.server.judge
    this.server.judge = (change) => {
      const row = this.server.feed.get(change.id)?.row
      if (change.act === 'submit' && row) this.server.put('inspection', { ...row, submitted_at: change.at } as never)
      return post(change)
    }
  }

  /** One answer the server will not take: the only gesture that is seen to go back, with its reason in the list. */
  private async refusedOne(): Promise<void> {
    const gesture = {
      act: () => recordCheck(this.inspection, 'SHUT-1', 'SHUT-1.a', FAIL),
      shows: (view: InspectionView | undefined) => view?.findings.get('SHUT-1')?.row?.checks['SHUT-1.a'] !== undefined,
    }
    await this.gesture(gesture)
    this.promised.pop()
    await this.sync()
  }

  /** Everything is on the server, once, and nothing else waits. */
  async judge(): Promise<void> {
    const { outbox, cache } = this.store
    expect(await outbox.changes.count()).toBe(0)
    const numbers = [...this.server.log.keys()]
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    const settled = await outbox.settled.toArray()
    const refused = await outbox.refused.toArray()
    expect([...settled, ...refused].map(({ n }) => n).sort((a, b) => a - b)).toEqual(numbers)
    expect(refused).toMatchObject([{ code: 'locked', id: findingId(this.inspection, 'SHUT-1') }])
    const of = (type: string) => [...this.server.feed.values()].filter((entry) => entry.type === type && !entry.gone)
    expect([of('inspection'), of('finding'), of('photo')].map((rows) => rows.length)).toEqual([1, 2, 1])
    for (const { id, type, row } of [...this.server.feed.values()].map(({ type, row }) => ({
      id: row.id,
      type,
      row,
    }))) {
      const held = type === 'branch' ? undefined : await cache.rows.get([type as never, id])
      if (type !== 'branch' && id !== 't2') expect(held?.row).toEqual(row)
    }
    expect(await cache.rows.get(['task', 't2'])).toBeUndefined()
    const now = await standing(this.store)
    expect(now).toMatchObject({ waiting: { changes: 0, photos: 0 }, photos: { stored: 1, total: 1 }, lost: [] })
    expect(await outbox.photo_bytes.toCollection().primaryKeys()).toEqual([[expect.any(String), 'preview']])
    expect(new Set([...this.received.keys()].map((key) => key.split(' ')[1]))).toEqual(new Set(['preview', 'full']))
    expect(this.received.size).toBe(2)
    await this.compare()
  }
}

/** Lives with one fault; false when the life has fewer writes than that. */
export async function livesThrough(fault: Fault | null): Promise<{ life: Life; writes: number; struck: boolean }> {
  disk(fault)
  const life = new Life()
  await life.live()
  const { writes, struck } = seen()
  disk(null)
  await life.judge()
  return { life, writes, struck }
}
