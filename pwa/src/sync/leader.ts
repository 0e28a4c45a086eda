/** One tab syncs for all: by Web Locks, or by a lease on disk where they are missing. Two leaders do no harm. */

import { uuid7 } from '../core/ids.ts'
import type { Outbox } from '../database/outbox.ts'

const LEASE = 15_000
const RENEW = 5_000
const PULSE = 20_000

interface Lease {
  owner: string
  until: number
}

/** Takes or renews the lease; false while another tab holds it. */
export function takeLease(outbox: Outbox, owner: string, now: number): Promise<boolean> {
  return outbox.transaction('rw', outbox.meta, async () => {
    const lease = (await outbox.meta.get('lease')) as Lease | undefined
    if (lease && lease.owner !== owner && lease.until > now) return false
    await outbox.meta.put({ owner, until: now + LEASE } satisfies Lease, 'lease')
    return true
  })
}

async function giveUpLease(outbox: Outbox, owner: string): Promise<void> {
  await outbox.transaction('rw', outbox.meta, async () => {
    const lease = (await outbox.meta.get('lease')) as Lease | undefined
    if (lease?.owner === owner) await outbox.meta.delete('lease')
  })
}

function leadByLease(outbox: Outbox, lead: () => void, stop: () => void, ended: AbortSignal): void {
  const owner = uuid7(Date.now())
  let leading = false
  const look = async () => {
    const have = await takeLease(outbox, owner, Date.now()).catch(() => leading)
    if (ended.aborted || have === leading) return
    leading = have
    if (leading) lead()
    else stop()
  }
  const timer = setInterval(look, RENEW)
  ended.addEventListener('abort', () => {
    clearInterval(timer)
    if (leading) stop()
    giveUpLease(outbox, owner).catch(() => undefined)
  })
  void look()
}

/** Whoever leads shows now and then that it is alive; after so long without, it is taken for frozen. */
const SILENT = 90_000

function readPulse(key: string): number {
  try {
    return Number(localStorage.getItem(key) ?? 0)
  } catch {
    return 0
  }
}

function writePulse(key: string): void {
  try {
    localStorage.setItem(key, String(Date.now()))
  } catch {
    // Without it others think this tab is dead and sync too: no harm.
  }
}

/**
 * Leads once it has the lock. A lock may stay with a page that is frozen and will never sync: when nobody has shown
 * a sign of life for a while, this tab leads without it, until the other one wakes.
 */
function leadByLock(name: string, lead: () => void, stop: () => void, ended: AbortSignal): void {
  const pulse = `xunfang.${name}`
  const waits_since = Date.now()
  let own = 0
  let leading = false
  let locked = false
  const turn = (now: boolean) => {
    if (now === leading) return
    leading = now
    if (now) lead()
    else stop()
  }
  const look = () => {
    const last = readPulse(pulse)
    const alone = Date.now() - Math.max(last, waits_since) > SILENT
    if (!locked && (leading ? last > own : !alone)) turn(false)
    else {
      turn(true)
      writePulse(pulse)
      own = readPulse(pulse)
    }
  }
  const until = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve()))
  navigator.locks
    .request(name, { signal: ended }, async () => {
      locked = true
      look()
      await until
    })
    .catch(() => undefined)
  const timer = setInterval(look, PULSE)
  ended.addEventListener('abort', () => {
    clearInterval(timer)
    turn(false)
  })
}

/** Calls `lead` once this tab may sync, `stop` when it no longer may; ends with the signal. */
export function leadWhileAlone(outbox: Outbox, lead: () => void, stop: () => void, ended: AbortSignal): void {
  if (navigator.locks) leadByLock(`sync ${outbox.name}`, lead, stop, ended)
  else leadByLease(outbox, lead, stop, ended)
}
