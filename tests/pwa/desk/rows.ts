/** Rows as the office's lists give them. */

import type { BranchRow, DeviceRow, PersonRow, UnitRow } from '../../../pwa/src/desk/rows.ts'

export const branch = (id: string, values: Partial<BranchRow> = {}): BranchRow => ({
  id,
  code: `33${id}`,
  name: `${id}支局`,
  initials: 'zj',
  kind: 'post_office',
  unit: 'county',
  unit_name: '东岭县',
  address: null,
  position: null,
  staff_count: 4,
  opens: '08:30',
  closes: '17:30',
  status: 'open',
  editable: true,
  ...values,
})

export const unit = (id: string, values: Partial<UnitRow> = {}): UnitRow => ({
  id,
  name: `${id}县`,
  level: 'county',
  parent: 'city',
  depth: 1,
  path: ['青屿市', `${id}县`],
  units: 0,
  branches: 3,
  people: 2,
  editable: true,
  ...values,
})

export const person = (id: string, values: Partial<PersonRow> = {}): PersonRow => ({
  id,
  name: `检查员${id}`,
  login: `A${id}`,
  home: 'county',
  home_name: '东岭县',
  home_type: 'unit',
  grants: [{ role: 'inspector', unit: 'county', branch: null, name: '东岭县' }],
  active: true,
  account: 'own',
  devices: 1,
  seen_at: null,
  ...values,
})

export const device = (id: number, values: Partial<DeviceRow> = {}): DeviceRow => ({
  id,
  person: { id: 'one', name: '检查员甲' },
  name: 'Chrome/120',
  created_at: 1,
  seen_at: null,
  revoked_at: null,
  app: '0.1.0',
  settled: 4,
  pending: null,
  oldest: null,
  late: false,
  clock_offset: null,
  storage: null,
  revoked_by: null,
  wipe: null,
  given_up_by: null,
  wiped_at: null,
  state: 'signed_in',
  current: false,
  ...values,
})
