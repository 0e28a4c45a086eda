import { signal } from '@preact/signals'

const query = matchMedia('(min-width: 1024px)')

/** Whether there is room for the desk: rail instead of tabs, panes side by side. */
export const wide = signal(query.matches)
query.addEventListener('change', () => {
  // paper is narrow: the screen that is being printed must not be taken away for it
  if (!matchMedia('print').matches) wide.value = query.matches
})
