/** What people write down of a customer; each resolves after it is on disk, and never before. */

import type { Customer } from '../contract/records.ts'
import { uuid7 } from '../core/ids.ts'
import { rowOf } from '../core/overlay.ts'
import { perform } from '../database/gesture.ts'

/** What may be written of a customer. */
export type Facts = Partial<
  Pick<Customer, 'name' | 'kind' | 'contact' | 'phone' | 'address' | 'position' | 'route' | 'tier' | 'remark'>
>

const told = (facts: Facts) => Object.entries(facts).filter(([, value]) => value !== null && value !== '')

/** Writes a new customer down; their id. */
export async function addCustomer(branch: string, facts: Facts & { name: string }, now = Date.now()): Promise<string> {
  const id = uuid7(now)
  const set = { branch, ...Object.fromEntries(told(facts)) }
  await perform({ root: id, reads: [['customer', id]], decide: () => [{ type: 'customer', id, set }] }, now)
  return id
}

/** Writes down what has changed of a customer, and nothing else. */
export async function editCustomer(id: string, facts: Facts): Promise<void> {
  await perform({
    root: id,
    reads: [['customer', id]],
    decide: (shown) => {
      const before = rowOf(shown, 'customer', id)
      const set = Object.entries(facts).filter(
        ([field, value]) => JSON.stringify(before?.[field as keyof Facts] ?? null) !== JSON.stringify(value || null),
      )
      if (set.length === 0) return []
      return [{ type: 'customer', id, set: Object.fromEntries(set.map(([field, value]) => [field, value || null])) }]
    },
  })
}
