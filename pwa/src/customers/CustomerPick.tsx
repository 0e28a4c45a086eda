import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { day } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../visits/say.ts'
import '../visits/visits.css'
import type { CustomerEntry } from './queries.ts'

const DAY = 86_400_000
/** So many more are drawn whenever the end of the list comes near. */
export const STEP = 60

export function sinceWords(last: number | null, now: number): string {
  if (last === null) return say('neverSeen')
  const days = Math.floor((new Date(now).setHours(0, 0, 0, 0) - new Date(last).setHours(0, 0, 0, 0)) / DAY)
  return days <= 0 ? say('today') : `${say('daysSince', { n: days })} · ${day(last)}`
}

interface SearchProps {
  words: string
  onWords: (words: string) => void
}

/** The search at the thumb. */
export function CustomerSearchDock({ words, onWords }: SearchProps) {
  return (
    <search class="dock dock--find">
      <div class="input input--end">
        <Icon name="search" />
        <input
          type="search"
          enterkeyhint="search"
          autocomplete="off"
          aria-label={say('findCustomerLabel')}
          placeholder={say('findCustomer')}
          value={words}
          onInput={(e) => onWords(e.currentTarget.value)}
        />
        {words && (
          <button type="button" class="icon-b" aria-label={t('clear')} onClick={() => onWords('')}>
            <Icon name="cross" />
          </button>
        )}
      </div>
    </search>
  )
}

/** How many rows to draw: more when the end of what is drawn comes into sight. */
export function useMore(keys: readonly unknown[]): { limit: number; end: preact.Ref<HTMLParagraphElement> } {
  const [limit, setLimit] = useState(STEP)
  const end = useRef<HTMLParagraphElement>(null)
  useEffect(() => setLimit(STEP), keys)
  useEffect(() => {
    const mark = end.current
    if (!mark || typeof IntersectionObserver !== 'function') return
    const watch = new IntersectionObserver(
      (seen) => seen.some(({ isIntersecting }) => isIntersecting) && setLimit((before) => before + STEP),
      { rootMargin: '600px' },
    )
    watch.observe(mark)
    return () => watch.disconnect()
  }, [limit, ...keys])
  return { limit, end }
}

interface RowProps {
  entry: CustomerEntry
  children?: ComponentChildren
}

/** What a line of a list says of a customer. */
export function CustomerWords({ entry, children }: RowProps) {
  const { customer, last } = entry
  const { name, tier, route } = customer
  const more = [sinceWords(last, Date.now()), route, tier && say('tierOf', { tier })]
  return (
    <>
      <span class="row-ic">
        <Icon name={customer.kind === 'person' ? 'person' : 'customer'} />
      </span>
      <span class="grow">
        <span class="row-t">{name}</span>
        <br />
        <span class="row-s n">{more.filter(Boolean).join(' · ')}</span>
      </span>
      {children}
    </>
  )
}
