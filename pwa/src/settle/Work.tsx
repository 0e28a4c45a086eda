import { rowKey } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { useLive } from '../database/live.ts'
import { listPeople } from '../people/queries.ts'
import { type EditionHere, getStandard } from '../standards/queries.ts'
import '../ui/CheckRow.css'
import { Icon } from '../ui/Icon.tsx'
import type { Bundle, HeldChange, HeldHere } from './held.ts'
import { say } from './say.ts'
import { type Told, told } from './words.ts'

const isText = (value: unknown): value is string => typeof value === 'string'

/** The edition that a piece of work speaks in: of its inspection, or of the one it would make. */
function standardOf(bundle: Bundle, rows: HeldHere['rows']): string | null {
  for (const { root, content } of bundle.changes) {
    const row = root?.[0] === 'inspection' && (rows.get(rowKey(...root)) as Row<'inspection'> | undefined)
    const standard = row ? row.standard : content.set?.['standard']?.[0]
    if (isText(standard)) return standard
  }
  return null
}

/** The items of the findings it is about, as they are known or would be made. */
function itemsOf(bundle: Bundle, rows: HeldHere['rows']): Map<string, string> {
  const items = new Map<string, string>()
  for (const { type, record, content } of bundle.changes) {
    const made = type === 'finding' ? content.set?.['item']?.[0] : undefined
    if (isText(made)) items.set(record, made)
  }
  for (const row of rows.values()) if ('item' in row) items.set(row.id, (row as Row<'finding'>).item)
  return items
}

/** Names of the customers it is about, as they are known or would be made. */
function customersOf(bundle: Bundle, rows: HeldHere['rows']): Map<string, string> {
  const names = new Map<string, string>()
  for (const { type, record, content } of bundle.changes) {
    const made = type === 'customer' ? content.set?.['name']?.[0] : undefined
    if (isText(made)) names.set(record, made)
  }
  for (const [key, row] of rows) if (key.startsWith('customer:')) names.set(row.id, (row as Row<'customer'>).name)
  return names
}

function toldOf(bundle: Bundle, rows: HeldHere['rows'], { edition, people }: Ground): Told[] {
  const items = itemsOf(bundle, rows)
  const customers = customersOf(bundle, rows)
  const name = (id: string) => customers.get(id) ?? people.get(id)?.name ?? ''
  return bundle.changes.map((one) => {
    const of = one.content.set?.['of']?.[0] as { id: string } | undefined
    const item = items.get(one.type === 'finding' ? one.record : (of?.id ?? ''))
    return told(one, { row: rows.get(rowKey(one.type, one.record)), edition, item, name }, Date.now())
  })
}

/** What this phone knows that the words need. */
interface Ground {
  edition: EditionHere | undefined
  people: Awaited<ReturnType<typeof listPeople>>
}

async function groundOf(standard: string | null): Promise<Ground> {
  const [edition, people] = await Promise.all([standard ? getStandard(standard) : undefined, listPeople()])
  return { edition, people }
}

/** What each change of it would do, in words; `undefined` while the edition is read. */
export function useTold(bundle: Bundle | undefined, rows: HeldHere['rows']): Told[] | undefined {
  const standard = bundle ? standardOf(bundle, rows) : null
  const ground = useLive(() => groundOf(standard), [standard])
  return bundle && ground && toldOf(bundle, rows, ground)
}

function Lines({ of }: { of: Told }) {
  return (
    <>
      <b class="row-t">{of.title}</b>
      {of.lines.map(({ name, value, now }) => (
        <span class="hw-l" key={name + value}>
          {name && <span class="dim">{name}</span>} <span>{value}</span>
          {now && <span class="small dim">{say('now', { what: now })}</span>}
        </span>
      ))}
    </>
  )
}

interface Props {
  changes: readonly HeldChange[]
  told: readonly Told[]
  /** Which of them are to be decided; absent where nothing is. */
  chosen?: ReadonlySet<number>
  onToggle?: (at: number) => void
}

/** The changes of a piece of work, each with a box where it can be left out of what is decided. */
export function Work({ changes, told: words, chosen, onToggle }: Props) {
  return (
    <ul class="card rows">
      {changes.map(({ change }, at) => {
        const of = words[at]
        if (!of) return null
        return (
          <li key={change.join()}>
            {chosen && onToggle && changes.length > 1 ? (
              // biome-ignore lint/a11y/useSemanticElements: several lines belong to the box
              <button
                type="button"
                class="hw"
                role="checkbox"
                aria-checked={chosen.has(at)}
                onClick={() => onToggle(at)}
              >
                <i class="hw-box">{chosen.has(at) && <Icon name="check" />}</i>
                <span class="grow">
                  <Lines of={of} />
                </span>
              </button>
            ) : (
              <div class="hw">
                <span class="grow">
                  <Lines of={of} />
                </span>
              </div>
            )}
          </li>
        )
      })}
    </ul>
  )
}
