/** Virtual time for the sync of a phone: minutes pass at once, the disk and the promises keep up. */

import { vi } from 'vitest'

export function virtualTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 0 })
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Lets so many virtual seconds pass; after each, whatever it set off goes as far as it can. */
export async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    await vi.advanceTimersByTimeAsync(1000)
    for (let turns = 25; turns > 0; turns--) await turn()
  }
}

/** Lets time pass until it is so, at most so many minutes. */
export async function until(what: () => Promise<boolean>, minutes: number): Promise<void> {
  for (let left = minutes * 6; left > 0; left--) {
    if (await what()) return
    await pass(10)
  }
  throw new Error(`not so within ${minutes} minutes`)
}
