import { type Role, roleWords } from '../people/roles.ts'
import { recent } from '../texts/format.ts'
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
