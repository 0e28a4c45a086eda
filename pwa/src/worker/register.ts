/** Registers the service worker, and says when a newer app is ready to take over. */

import { signal } from '@preact/signals'

/** A newer app has been fetched and waits for the person's word. */
export const updateReady = signal(false)

const LOOK_EVERY = 60 * 60_000

let waiting: ServiceWorker | null = null

function offer(worker: ServiceWorker | null): void {
  if (!worker) return
  waiting = worker
  updateReady.value = true
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
  let claimed = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (claimed) location.reload()
    claimed = true
  })
  navigator.serviceWorker.register('/sw.js').then(follow, (problem: unknown) => {
    console.warn('the app cannot be kept for offline use here', problem)
  })
}

/** Lets the newer app take over; the page reloads. Everything saved is on disk already. */
export function applyUpdate(): void {
  waiting?.postMessage('take over')
}
