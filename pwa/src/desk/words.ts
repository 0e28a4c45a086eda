import { version } from '../../package.json'
import { type Role, roleWords } from '../people/roles.ts'
import { recent, size, span } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import type { Choice } from '../ui/Chips.tsx'
import type { BranchRow, DeviceRow, Grant, ImportRow, ImportState, PersonRow, UnitRow } from './rows.ts'
import { say } from './say.ts'

const chosen = <T extends string>(words: Record<T, string>): Choice<T>[] =>
  (Object.keys(words) as T[]).map((value) => ({ value, word: words[value] }))

export const kinds = (): Record<BranchRow['kind'], string> => ({
  post_office: t('kindPostOffice'),
  agency: t('kindAgency'),
  delivery: t('kindDelivery'),
})
export const kindChoices = () => chosen(kinds())

export const levels = (): Record<UnitRow['level'], string> => ({
  province: say('levelProvince'),
  city: say('levelCity'),
  county: say('levelCounty'),
})
export const levelChoices = () => chosen(levels())

export const statuses = (): Record<BranchRow['status'], string> => ({ open: say('open'), closed: say('closed') })
export const statusChoices = () => chosen(statuses())

export const accounts = (): Record<PersonRow['account'], string> => ({
  own: say('accountOwn'),
  first: say('accountFirst'),
  none: say('accountNone'),
})
export const accountChoices = () => chosen(accounts())

export const activeChoices = (): Choice<string>[] => [
  { value: 'true', word: say('active') },
  { value: 'false', word: say('inactive') },
]

export const deviceStates = (): Record<DeviceRow['state'], string> => ({
  signed_in: say('signedIn'),
  signed_out: say('signedOut'),
  revoked: say('revoked'),
})
export const deviceChoices = () => chosen(deviceStates())

export const importKinds = (): Record<ImportRow['kind'], string> => ({
  branches: t('branches'),
  people: say('people'),
  customers: say('customers'),
})
export const importKindChoices = () => chosen(importKinds())

export const importStates = (): Record<ImportState, string> => ({
  reading: say('importReading'),
  checked: say('importChecked'),
  applying: say('importApplying'),
  applied: say('importApplied'),
  undoing: say('importUndoing'),
  undone: say('importUndone'),
  interrupted: say('importInterrupted'),
})

export const roleWord = (role: Role): string => t(roleWords[role])
export const roleChoices = (): Choice<Role>[] =>
  (Object.keys(roleWords) as Role[]).map((value) => ({ value, word: roleWord(value) }))

/** 检查员 · 东市分公司, one after the other. */
export const grantWords = (grants: readonly Grant[]): string =>
  grants.map(({ role, name }) => say('grantAt', { role: roleWord(role), place: name })).join(t('listComma'))

export const when = (ms: number | null): string => (ms === null ? '' : recent(ms, Date.now()))

/** What still waits on a device: 3 条改动、5 张照片. */
export function waitingWords({ pending }: Pick<DeviceRow, 'pending'>): string {
  return pending && pending.changes + pending.photos > 0 ? say('waits', pending) : ''
}

/** The same for a list: that nothing waited is said of one that was heard, as of then. */
export const waitingOrNot = (row: Pick<DeviceRow, 'pending'>): string =>
  waitingWords(row) || (row.pending ? say('allSent') : '')

/** Its state in a word; of one that was locked out also whether it is emptied. */
export function stateOfDevice({ state, wipe }: Pick<DeviceRow, 'state' | 'wipe'>): string {
  if (wipe === 'done') return say('wipeDone')
  return wipe ? say('wipeAsked') : deviceStates()[state]
}

/** 已等 26 小时: since the oldest of it was done, by the server's clock. */
export function waitedWords({ oldest, clock_offset, pending }: DeviceRow): string {
  if (!pending || pending.changes + pending.photos === 0 || oldest === null) return ''
  return say('waitsFor', { span: span(Date.now() - oldest - (clock_offset ?? 0)) })
}

/** What is left on it, and what is used. */
export function roomWords({ storage }: Pick<DeviceRow, 'storage'>): string {
  if (!storage) return ''
  return say('roomLeft', { left: size(Math.max(0, storage.quota - storage.used)), used: size(storage.used) })
}

/** Minutes of difference that a request on its way may make by itself. */
const RIGHT = 2 * 60_000

/** How its clock stands to the server's. */
export function clockWords({ clock_offset: off }: Pick<DeviceRow, 'clock_offset'>): string {
  if (off === null) return ''
  if (Math.abs(off) <= RIGHT) return say('clockRight')
  return off > 0 ? say('clockSlow', { span: span(off) }) : say('clockFast', { span: span(off) })
}

/** Whether a version of the app is older than the one this desk runs: `0.9.0` before `0.10.0`. */
export function isOldApp(app: string, now: string = version): boolean {
  const parts = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const [mine, theirs] = [parts(now), parts(app)]
  const at = mine.findIndex((part, i) => part !== (theirs[i] ?? 0))
  return at >= 0 && (theirs[at] ?? 0) < (mine[at] ?? 0)
}
