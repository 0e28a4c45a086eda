/** Keeps the databases of the person who is signed in in step with the server, for as long as they are. */

import { effect } from '@preact/signals'
import { version } from '../../package.json'
import type { SyncRequest } from '../contract/wire.ts'
import { askToPersist } from '../database/budget.ts'
import { onCommit } from '../database/mutations.ts'
import { type Store, storeOf } from '../database/open.ts'
import { pauseSession, refreshSession, session } from '../people/session.ts'
import { Engine, type Round } from './engine.ts'
import { call } from './http.ts'
import { leadWhileAlone } from './leader.ts'
import type { Live } from './live.ts'
import { onSyncNow } from './now.ts'
import { AFTER_EDIT } from './pace.ts'
import { connection, mayGo } from './pictures.ts'
import { beat, pulse, STILL } from './pulse.ts'
import type { SyncReply } from './reply.ts'
import { Runner } from './runner.ts'
import { syncStatus, watchStanding } from './status.ts'
import type { Uploads } from './uploads.ts'

const post = (request: SyncRequest, gzip: boolean) =>
  call({ method: 'POST', url: '/api/sync', body: JSON.stringify(request), gzip, timeout: 60_000 })

function rowsIn(reply: SyncReply): number {
  let count = 0
  for (const rows of reply.rows.values()) count += rows.length
  return count
}

function onReply(reply: SyncReply): void {
  const filling = reply.more || Object.keys(reply.fill).length > 0
  beat({
    reachable: true,
    upgrade: reply.upgrade,
    filling: filling ? (pulse.peek().filling ?? 0) + rowsIn(reply) : null,
  })
}

/** The person left while something was being read: there is nobody to tell. */
const closed = (problem: unknown) => console.debug('a look at a closed outbox', problem)

/** What a supervisor decided about own work comes with no row: it is asked for while something waits or tells of it. */
async function askOutcomes(store: Store): Promise<void> {
  const { held, decided } = syncStatus.peek()
  if (held.length + decided.length > 0) await (await import('../settle/outcomes.ts')).takeOutcomes(store, Date.now())
}

/** The runner's word on the pulse: how much of what waited when sending began has been answered. */
async function tell(store: Store, round: Round | null): Promise<void> {
  const waiting = await store.outbox.changes.count()
  if (round === null) {
    const total = Math.max(pulse.peek().sending?.total ?? 0, waiting)
    beat({ sending: total > 0 ? { done: total - waiting, total } : null })
    return
  }
  if (round.next !== 'again') beat({ sending: null })
  if (round.next === 'fail') beat({ reachable: round.reached })
  if (round.next === 'pause') pauseSession(round.code)
}

function uploader(store: Store, ended: AbortSignal): () => void {
  let made: Uploads | undefined
  const uploads = async () => {
    const part = await import('./uploads.ts')
    made ??= new part.Uploads({
      store,
      now: Date.now,
      send: async (upload) => (await import('./tus.ts')).sendByTus(upload),
      mayGo,
      onWay: (uploading) => beat({ uploading }),
    })
    return made
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  let busy = false
  const run = async (): Promise<void> => {
    if (busy || ended.aborted) return
    busy = true
    clearTimeout(timer)
    const next = await uploads()
      .then((all) => all.run(ended))
      .catch(() => Date.now() + 30_000)
    busy = false
    if (next !== null && !ended.aborted) timer = setTimeout(run, Math.max(1_000, next - Date.now()))
  }
  ended.addEventListener('abort', () => clearTimeout(timer))
  const wake = () =>
    void uploads()
      .then((all) => all.wake())
      .then(run, closed)
  listen(globalThis, 'online', wake, ended)
  onSyncNow(wake, ended)
  const network = connection()
  if (network) listen(network, 'change', () => void run(), ended)
  return () => void run()
}

function listen(target: EventTarget, event: string, hear: () => void, ended: AbortSignal): void {
  target.addEventListener(event, hear, { signal: ended })
}

/** A part that is not on this phone yet: there will be another time. */
const unfetched = (problem: unknown) => console.debug('a part of syncing is not here yet', problem)

/** A phone that nobody looks at is left in peace; a desk goes on. */
const isLookedAt = () => document.visibilityState === 'visible' || !matchMedia('(pointer: coarse)').matches

/** Between rounds the server says when there is something new. Returns what is to be told of each round. */
function listener(runner: () => Runner, ended: AbortSignal): (round: Round | null, cursor: number) => void {
  let live: Live | undefined
  const close = () => live?.close()
  const begin = async (cursor: number) => {
    const part = await import('./live.ts')
    if (ended.aborted) return
    live ??= new part.Live({ look: () => runner().nudge(0), wanted: isLookedAt })
    live.ended(cursor)
  }
  listen(globalThis, 'offline', close, ended)
  listen(document, 'visibilitychange', () => isLookedAt() || close(), ended)
  ended.addEventListener('abort', close)
  return (round, cursor) => {
    if (round === null) live?.began()
    else if (round.next === 'idle') begin(cursor).catch(unfetched)
    else live?.ended(null)
  }
}

/** Runs the engine in this tab until the signal ends. */
function lead(store: Store, device: number, ended: AbortSignal): void {
  const upload = uploader(store, ended)
  let cursor = 0
  const tellLive = listener(() => runner, ended)
  let keyed = false
  const keepKeys = async () => {
    keyed = await (await import('../rescue/keys.ts')).keepKeys(store)
  }
  const idle = () => {
    void import('./room.ts').then((part) => part.tellRoom(device), unfetched)
    void import('./drawn.ts').then((part) => part.forgetDrawn(store, device)).catch(unfetched)
    // until they came, then once a start: the office's key changes only with another server
    if (!keyed) void keepKeys().catch(unfetched)
  }
  const engine = new Engine({
    store,
    post,
    now: Date.now,
    app: version,
    onReply: (reply) => {
      cursor = reply.cursor
      onReply(reply)
    },
    onTooOld: () => beat({ upgrade: true }),
  })
  const runner: Runner = new Runner({
    round: () => engine.round(),
    told: (round) => {
      tell(store, round).catch(closed)
      tellLive(round, cursor)
      // Bytes follow their records, and stop waiting for a retry when the server has just answered.
      if (round?.next === 'idle' || round?.next === 'again') upload()
      if (round?.next === 'idle') idle()
      if (round?.next === 'idle') askOutcomes(store).catch(closed)
    },
  })
  // Its own receipts wake it too; then there is nothing waiting and the next poll is soon enough.
  const deaf = onCommit(store, 200, () => {
    const look = async () => {
      const { sent = 0, next = 1 } = (await store.outbox.numbers()) ?? {}
      if (next - 1 > sent) runner.nudge(AFTER_EDIT)
    }
    look().catch(closed)
  })
  listen(globalThis, 'online', () => runner.wake(), ended)
  onSyncNow(() => runner.wake(), ended)
  listen(document, 'visibilitychange', () => document.visibilityState === 'visible' && runner.wake(), ended)
  ended.addEventListener('abort', () => {
    runner.stop()
    deaf()
    beat(STILL)
  })
  runner.start()
}

/** Leads while no other tab does. A page that is frozen lets go of the lead and asks for it again when it wakes. */
function leadInTurn(store: Store, device: number, ended: AbortSignal): void {
  let turn = new AbortController()
  const begin = () => {
    turn.abort()
    turn = new AbortController()
    let leading = new AbortController()
    const stop = () => leading.abort()
    turn.signal.addEventListener('abort', stop)
    const start = () => {
      leading = new AbortController()
      lead(store, device, leading.signal)
    }
    leadWhileAlone(store.outbox, start, stop, turn.signal)
  }
  listen(globalThis, 'pagehide', () => turn.abort(), ended)
  listen(globalThis, 'pageshow', () => turn.signal.aborted && begin(), ended)
  ended.addEventListener('abort', () => turn.abort())
  begin()
}

/** Starts syncing whenever somebody is signed in; called once, after `openSession`. */
export function startSync(): void {
  if (localStorage.getItem('xunfang.wiped')) import('./wipe.ts').then((part) => part.finishWipe()).catch(unfetched)
  let ended = new AbortController()
  let key: string | null = null
  effect(() => {
    const now = session.value
    const next = now ? `${now.person.id} ${now.device} ${now.paused ?? ''}` : null
    if (next === key) return
    key = next
    ended.abort()
    ended = new AbortController()
    if (!now) return
    const store = storeOf(now.person.id)
    const stopWatching = watchStanding(store)
    ended.signal.addEventListener('abort', stopWatching)
    void askToPersist().catch(() => false)
    const { signal } = ended
    if (now.paused === 'device_revoked')
      import('./wipe.ts').then((part) => signal.aborted || part.heedRevocation(store, signal), unfetched)
    if (now.paused) return
    leadInTurn(store, now.device, signal)
    void refreshSession()
  })
}
