import { signal } from '@preact/signals'

const query = matchMedia('(min-width: 1024px)')

/** Whether there is room for the desk: rail instead of tabs, panes side by side. */
export const wide = signal(query.matches)
query.addEventListener('change', () => {
  wide.value = query.matches
})
