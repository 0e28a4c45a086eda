/** Registers the service worker, and says when a newer app is ready to take over. */

import { signal } from '@preact/signals'
import { isDrafting, onceUndrafted, watchDrafts } from './drafts.ts'

/** A newer app has been fetched; it is offered once nothing is being written. */
export const updateReady = signal(false)

/** The person wants the newer app, and it waits for words they have begun since it was offered. */
export const updateWaits = signal(false)

const LOOK_EVERY = 60 * 60_000

let waiting: ServiceWorker | null = null

const show = (): void => {
  updateReady.value = true
}
const takeOver = (): void => {
  updateWaits.value = false
  waiting?.postMessage('take over')
}
const reload = (): void => location.reload()

function offer(worker: ServiceWorker | null): void {
  if (!worker) return
  waiting = worker
  onceUndrafted(show)
}

function follow(registration: ServiceWorkerRegistration): void {
  // Without a controller this is the first installation: there is nothing to update from.
  if (navigator.serviceWorker.controller) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const next = registration.installing
    next?.addEventListener('statechange', () => {
      if (next.state === 'installed' && navigator.serviceWorker.controller) offer(next)
    })
  })
  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY)
}

/** Registers the worker. Listens before it registers, and reloads on every change of controller but the first claim. */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator)) return
  watchDrafts()
  let claimed = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // another tab may have asked for it while somebody writes in this one
    if (claimed) onceUndrafted(reload)
    claimed = true
  })
  navigator.serviceWorker.register('/sw.js').then(follow, (problem: unknown) => {
    console.warn('the app cannot be kept for offline use here', problem)
  })
}

/** Lets the newer app take over as soon as nothing is being written; the page reloads. */
export function applyUpdate(): void {
  updateWaits.value = isDrafting()
  onceUndrafted(takeOver)
}
