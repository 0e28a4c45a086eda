/** Where the phone is for as long as its camera is open. It is asked for, never waited for. */

import { here, positionNow } from '../branches/here.ts'
import type { Position } from '../contract/records.ts'
import { store } from '../database/open.ts'

/** `unasked`: the person has yet to be asked. `none`: there is no position to be had here, or not yet. */
export type Whether = 'unasked' | 'looking' | 'found' | 'denied' | 'none'

export interface Place {
  whether: Whether
  /** The newest fix, however old. */
  fix: Position | null
}

/** A phone that lies still may tell nothing for long, ms: then it is asked. */
const SILENT = 30_000

/** What the browser hands over as new is no older than this, ms: it may have kept it for as long as was allowed. */
const NEW = 10_000
const HOW: PositionOptions = { enableHighAccuracy: true, maximumAge: NEW, timeout: 30_000 }
/** A clock read twice may seem to have run ahead by this much, ms. */
const SLACK = 1000

/**
 * The time of a fix by the phone's clock, as the time of a photo is. `now` is when it came, `offset` the server's clock
 * minus this phone's. A satellite tells the true time, which on a phone with a wrong clock looks minutes old, or not yet
 * come; the browser's own readings go by the phone. Only what cannot be this phone's time is taken for the true one: an
 * old fix must not pass for one of now.
 */
export function timeOf(told: number, offset: number, now: number): number {
  const isNew = (at: number) => at <= now + SLACK && at >= now - NEW
  const byPhone = told - offset
  const isTrueTime = told > now + SLACK || (isNew(byPhone) && !isNew(told))
  return Math.round(Math.max(0, Math.min(now, isTrueTime ? byPhone : told)))
}

export class PlaceWatch {
  #place: Place = { whether: 'looking', fix: positionNow() }
  #offset = 0
  /** When the newest fix was told to be, by whichever clock. */
  #toldAt = Number.NaN
  #permission: PermissionStatus | null = null
  #watch: number | undefined
  #again: ReturnType<typeof setInterval> | undefined
  readonly #ended = new AbortController()

  constructor(private readonly told: (place: Place) => void) {}

  /** What a photo taken now may say. Who forbids it is not placed by what was known before. */
  get fix(): Position | null {
    return this.#place.whether === 'denied' ? null : this.#place.fix
  }

  /** Looks where the person has already allowed it; asks nobody. */
  async begin(): Promise<void> {
    if (!isSecureContext || !navigator.geolocation) {
      this.#say('none')
      return
    }
    const [permission, clock] = await Promise.all([
      navigator.permissions?.query({ name: 'geolocation' }).catch(() => null),
      store()
        .cache.syncState()
        .catch(() => null),
    ])
    this.#offset = clock?.clock_offset ?? 0
    if (this.#ended.signal.aborted) return
    this.#permission = permission ?? null
    permission?.addEventListener('change', () => this.#heed(permission.state), { signal: this.#ended.signal })
    this.#heed(permission?.state ?? (this.#place.fix ? 'granted' : 'prompt'))
  }

  /** The browser asks the person the first time. */
  look(): void {
    if (this.#watch !== undefined || this.#ended.signal.aborted) return
    this.#say(this.#place.fix ? 'found' : 'looking')
    this.#watch = navigator.geolocation.watchPosition(this.#found, this.#failed, HOW)
    this.#again = setInterval(this.#renew, SILENT)
  }

  end(): void {
    this.#ended.abort()
    this.#stop()
  }

  #stop(): void {
    clearInterval(this.#again)
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch)
    this.#watch = undefined
  }

  #say(whether: Whether, fix = this.#place.fix): void {
    this.#place = { whether, fix }
    if (!this.#ended.signal.aborted) this.told(this.#place)
  }

  #heed(state: PermissionState): void {
    if (state === 'granted') {
      this.look()
      return
    }
    this.#stop()
    this.#say(state === 'denied' ? 'denied' : 'unasked')
  }

  readonly #found = ({ coords, timestamp }: GeolocationPosition): void => {
    const { latitude: lat, longitude: lon, accuracy } = coords
    // a record with a number that is none would be refused, and the photo with it
    if (this.#ended.signal.aborted || ![lat, lon, accuracy, timestamp].every(Number.isFinite)) return
    // one that is told again has not become newer, nor may its clock be guessed anew
    const known = timestamp === this.#toldAt ? this.#place.fix?.at : undefined
    this.#toldAt = timestamp
    const at = known ?? timeOf(timestamp, this.#offset, Date.now())
    const fix = { lat, lon, accuracy: Math.round(accuracy), at }
    here.value = fix
    this.#say('found', fix)
  }

  readonly #failed = ({ code, PERMISSION_DENIED }: GeolocationPositionError): void => {
    // the browser's question may have been closed without an answer: then it may be asked again
    if (code === PERMISSION_DENIED) this.#heed(this.#permission?.state === 'prompt' ? 'prompt' : 'denied')
    // it goes on looking: indoors a first fix takes its time
    else this.#say(this.#place.fix ? 'found' : 'none')
  }

  readonly #renew = (): void => {
    const { fix, whether } = this.#place
    // what is shown grows older
    this.#say(whether)
    if (!fix || Date.now() - fix.at > SILENT) {
      navigator.geolocation.getCurrentPosition(this.#found, this.#failed, HOW)
    }
  }
}
