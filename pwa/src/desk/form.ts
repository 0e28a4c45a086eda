import { useRef, useState } from 'preact/hooks'
import type { Got } from './api.ts'
import { refusalText } from './refusal.ts'

/** What is wrong with a form, by field; under `form` what belongs to none. */
export type Faults<T> = Partial<Record<keyof T | 'form', string>>

export interface Form<T> {
  values: T
  set: <K extends keyof T>(key: K) => (value: T[K]) => void
  wrong: Faults<T>
  busy: boolean
  /** Something differs from what the form began with. */
  changed: boolean
  /** Shows faults; whether there are none. */
  judge: (faults: Faults<T>) => boolean
  /** Does an act once at a time; its refusal is shown at the field it is about. */
  send: <V>(act: () => Promise<Got<V>>) => Promise<V | null>
}

/** Fields with their faults. `about`: the field a refusal of the server belongs to. */
export function useForm<T extends object>(start: T, about: Record<string, keyof T> = {}): Form<T> {
  const [values, setValues] = useState(start)
  const [wrong, setWrong] = useState<Faults<T>>({})
  const [busy, setBusy] = useState(false)
  const sending = useRef(false)
  return {
    values,
    wrong,
    busy,
    changed: (Object.keys(start) as (keyof T)[]).some((key) => !same(values[key], start[key])),
    set: (key) => (value) => {
      setValues((before) => ({ ...before, [key]: value }))
      setWrong(({ [key]: _, form: __, ...others }: Faults<T>) => others as Faults<T>)
    },
    judge: (faults) => {
      setWrong(faults)
      return Object.values(faults).every((fault) => fault === undefined)
    },
    send: async (act) => {
      if (sending.current) return null
      sending.current = true
      setBusy(true)
      const got = await act()
      sending.current = false
      setBusy(false)
      if (got.ok) return got.value
      setWrong({ [about[got.code] ?? 'form']: refusalText(got.code) } as Faults<T>)
      return null
    },
  }
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** The fields that differ from before: what is left out of a change stays. */
export function differing<T extends object>(before: T, after: T): Partial<T> {
  const keys = (Object.keys(after) as (keyof T)[]).filter((key) => !same(after[key], before[key]))
  return Object.fromEntries(keys.map((key) => [key, after[key]])) as Partial<T>
}
