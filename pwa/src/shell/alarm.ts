import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { hasRole } from '../people/roles.ts'
import { session } from '../people/session.ts'

/** Phones with work that has waited for a day or longer, of the people a supervisor or administrator answers for. */
export const latePhones = signal(0)

/** Keeps the count while the navigation is shown; that part may not be on this phone yet. */
export function useLatePhones(): number {
  const person = session.value?.person.id
  const office = hasRole('supervisor') || hasRole('admin')
  useEffect(() => {
    if (!office) {
      latePhones.value = 0
      return
    }
    let over = false
    let end: (() => void) | undefined
    import('../desk/late.ts').then(
      (part) => {
        if (!over) end = part.watchLate()
      },
      () => undefined,
    )
    return () => {
      over = true
      end?.()
    }
  }, [person, office])
  return office ? latePhones.value : 0
}
