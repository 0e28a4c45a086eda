import { useEffect, useState } from 'preact/hooks'
import { ask, query } from '../router.ts'
import { wide } from '../shell/wide.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { read } from './api.ts'
import { askedFor, otherwise, sortOf } from './asked.ts'
import { type Filter, knownOf, type ListOf, sortsOf } from './list.ts'
import { PlacePicker } from './PlacePicker.tsx'
import { Select } from './parts.tsx'
import { say } from './say.ts'

const set = (key: string, value: string) => ask(otherwise(query.peek(), { [key]: value }))

/** So long after the last key the server is asked, ms. */
const TYPING = 200

/** What is typed; the address follows a moment after the last key. */
function useTyped(key: string) {
  const asked = askedFor(query.value, key)
  const [words, setWords] = useState(asked)
  useEffect(() => setWords(asked), [asked])
  useEffect(() => {
    const timer = setTimeout(() => words !== asked && set(key, words), TYPING)
    return () => clearTimeout(timer)
  }, [words])
  return [words, setWords] as const
}

/** What is searched. */
function Search({ label }: { label: string }) {
  const [words, setWords] = useTyped('q')
  return (
    <search class="input sl-find">
      <Icon name="search" />
      <input
        type="search"
        enterkeyhint="search"
        autocomplete="off"
        aria-label={label}
        placeholder={label}
        aria-keyshortcuts="/"
        value={words}
        onInput={(e) => setWords(e.currentTarget.value)}
      />
      {wide.value && <kbd>/</kbd>}
    </search>
  )
}

/** What stands in a field, word for word. */
function Typed({ filter }: { filter: Filter }) {
  const [words, setWords] = useTyped(filter.key)
  return (
    <span class="input sl-typed">
      <input
        type="text"
        enterkeyhint="search"
        autocomplete="off"
        aria-label={filter.label}
        placeholder={filter.label}
        value={words}
        onInput={(e) => setWords(e.currentTarget.value)}
      />
    </span>
  )
}

/** A record the list is narrowed to: shown by its name, taken away by a tap. */
function Picked({ filter }: { filter: Extract<Filter, { names: string }> }) {
  const id = askedFor(query.value, filter.key)
  const [name, setName] = useState('')
  const [open, setOpen] = useState(false)
  useEffect(() => {
    setName('')
    if (!id) return
    let over = false
    void read<{ name: string }>(`/api/${filter.names}/${id}`).then((got) => {
      if (!over) setName(got.ok ? got.value.name : say('unknownOne'))
    })
    return () => {
      over = true
    }
  }, [id])
  if (!id && !filter.pick) return null
  const ofBranches = filter.names === 'branches'
  return (
    <>
      {id ? (
        <button type="button" class="chip chip--s" aria-pressed="true" onClick={() => set(filter.key, '')}>
          {filter.label} · {name}
          <span class="vh">{say('takeAway')}</span>
          <Icon name="cross" />
        </button>
      ) : (
        <button type="button" class="chip chip--s" onClick={() => setOpen(true)}>
          {filter.label}
          <Icon name="down" />
        </button>
      )}
      {open && (
        <PlacePicker
          title={say(ofBranches ? 'whichBranch' : 'whichUnit')}
          units={!ofBranches}
          branches={ofBranches}
          onPick={({ id }) => set(filter.key, id)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

function OneFilter({ filter }: { filter: Filter }) {
  if ('names' in filter) return <Picked filter={filter} />
  if ('typed' in filter) return <Typed filter={filter} />
  return (
    <Select
      bare
      label={filter.label}
      value={askedFor(query.value, filter.key)}
      choices={[{ value: '', word: say('allOf', { what: filter.label }) }, ...filter.choices]}
      onChoose={(value) => set(filter.key, value)}
    />
  )
}

/** The order, where there are no heads to tap. */
function SortSelect<Row>({ list }: { list: ListOf<Row> }) {
  const now = sortOf(query.value, knownOf(list))
  const choices = sortsOf(list).flatMap(({ value, word }) => [
    { value, word: say('sortUp', { what: word }) },
    { value: `-${value}`, word: say('sortDown', { what: word }) },
  ])
  return <Select bare label={say('sortBy')} value={now} choices={choices} onChoose={(value) => set('sort', value)} />
}

/** Search, filters and order. On the phone filters open by a tap, so that the list comes first. */
export function ListTools<Row>({ list }: { list: ListOf<Row> }) {
  const set = list.filters.filter(({ key }) => askedFor(query.value, key)).length
  const [open, setOpen] = useState(set > 0)
  const shown = wide.value || open
  return (
    <div class="sl-tools">
      <Search label={list.find} />
      {!wide.value && (
        <button type="button" class="chip" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="filter" />
          {set > 0 ? say('filtersSet', { n: set }) : say('filters')}
        </button>
      )}
      {shown && list.filters.map((filter) => <OneFilter filter={filter} key={filter.key} />)}
      {!wide.value && open && <SortSelect list={list} />}
      {set > 0 && shown && (
        <button
          type="button"
          class="btn btn-text"
          onClick={() => ask(otherwise(query.peek(), Object.fromEntries(list.filters.map(({ key }) => [key, '']))))}
        >
          {t('clear')}
        </button>
      )}
    </div>
  )
}
