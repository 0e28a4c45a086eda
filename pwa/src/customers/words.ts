import type { Customer } from '../contract/records.ts'
import { say } from '../visits/say.ts'

/** The word for a kind of customer; empty where it is not known. */
export function kindOfCustomer(kind: Customer['kind']): string {
  const words = { organisation: say('kindOrganisation'), person: say('kindPerson'), key: say('kindKey') }
  return kind ? words[kind] : ''
}
