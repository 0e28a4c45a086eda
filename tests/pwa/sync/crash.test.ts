import type Dexie from 'dexie'
import { expect, test, vi } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { recordCheck, startInspection, writeNote } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { FakeServer } from '../fakeServer.ts'
import { phoneOf, reopened } from '../phone.ts'

const FAIL = { result: 'fail' as const }

/** Lets a database write `left` times more, then fails every write as a dying page does. */
function dyingAfter(left: { writes: number }, database: Dexie): void {
  database.use({
    stack: 'dbcore',
    name: 'dying',
    create: (core) => ({
      ...core,
      table: (name) => {
        const table = core.table(name)
        return {
          ...table,
          mutate: (request) => {
            left.writes -= 1
            if (left.writes < 0) throw new Error('the page died')
            return table.mutate(request)
          },
        }
      },
    }),
  })
}

/** Every change is in exactly one of: waiting, settled, refused. */
async function whereChangesAre(store: Store): Promise<Map<number, string[]>> {
  const places = new Map<number, string[]>()
  for (const name of ['changes', 'settled', 'refused'] as const) {
    for (const { n } of await store.outbox[name].toArray()) places.set(n, [...(places.get(n) ?? []), name])
  }
  return places
}

async function engineOf(store: Store, server: FakeServer): Promise<Engine> {
  return new Engine({ store, post: server.post, now: () => 1, app: 'test' })
}

async function drain(engine: Engine): Promise<void> {
  for (let left = 20; left > 0; left--) if ((await engine.round()).next !== 'again') return
}

/** Kills the page at one write of a round; true if the round had so many writes. */
async function killedAt(write: number): Promise<boolean> {
  let store = await phoneOf()
  const server = new FakeServer()
  server.judge = (change) => (change.n === 3 ? { outcome: 'refused', code: 'locked' } : {})
  const id = await startInspection({ branch: 'b', standard: 's' })
  await recordCheck(id, 'ETI-4', 'ETI-4.a', FAIL)
  await writeNote(id, 'ETI-4', '两人')
  store = reopened(store)
  const left = { writes: write }
  dyingAfter(left, store.outbox)
  dyingAfter(left, store.cache)
  const died = await (await engineOf(store, server)).round().then(
    () => false,
    () => true,
  )
  store = reopened(store)
  const places = await whereChangesAre(store)
  expect([...places.keys()].sort()).toEqual([1, 2, 3])
  for (const at of places.values()) expect(at).toHaveLength(1)
  const shown = await getInspection(id)
  expect(shown?.findings.get('ETI-4')?.row?.checks['ETI-4.a']).toEqual(FAIL)
  await drain(await engineOf(store, server))
  expect([...(await whereChangesAre(store))].sort()).toEqual([
    [1, ['settled']],
    [2, ['settled']],
    [3, ['refused']],
  ])
  expect([...server.log.keys()]).toEqual([1, 2, 3])
  expect((await store.cache.syncState()).cursor).toBe(server.clock)
  const row = (await store.cache.rows.get(['finding', findingId(id, 'ETI-4')]))?.row
  expect(row).toMatchObject({ checks: { 'ETI-4.a': FAIL } })
  return died
}

test('a page that dies at any write of a round loses nothing, doubles nothing, and shows no step back', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  let writes = 0
  while (await killedAt(writes)) writes += 1
  expect(writes).toBeGreaterThan(8)
})
