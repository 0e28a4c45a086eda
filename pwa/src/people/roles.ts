import type { Person } from '../contract/records.ts'
import type { PlainKey } from '../texts/index.ts'
import { session } from './session.ts'

export type Role = Person['roles'][number]

export const roleWords: Record<Role, PlainKey> = {
  inspector: 'roleInspector',
  carrier: 'roleCarrier',
  manager: 'roleManager',
  supervisor: 'roleSupervisor',
  admin: 'roleAdmin',
}

/** Whether the person holds a role anywhere; the server still judges every act by place. */
export const hasRole = (role: Role): boolean => session.value?.person.roles.includes(role) === true
