import type { CompiledItem } from '../core/standard.ts'
import { nameOf } from '../standards/titles.ts'
import { points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { progressOf, sumOf } from './verdict.ts'
import type { InspectionView } from './view.ts'

/** How an item stands: full marks, points lost, begun, or untouched. */
function look(view: InspectionView, item: CompiledItem): 'ok' | 'lost' | 'part' | 'todo' {
  const { done, of } = progressOf(item, view.answers)
  if (done === 0) return 'todo'
  if (done < of) return 'part'
  const lost = view.score?.items[item.code]?.lost ?? 0
  const vetoed = item.checks.some((code) => view.score?.vetoes.includes(code))
  return lost > 0 || vetoed ? 'lost' : 'ok'
}

function ItemRow({ view, item }: { view: InspectionView; item: CompiledItem }) {
  const { done, of } = progressOf(item, view.answers)
  const lost = view.score?.items[item.code]?.lost ?? 0
  const finding = view.findings.get(item.code)
  const returned = finding?.row?.status === 'returned'
  const clash = view.conflicts.some((conflict) => conflict.item === item.code)
  return (
    <li>
      <a class="itemrow" href={`#/inspections/${view.id}/${item.code}`}>
        <i class={`it it-${look(view, item)}`} aria-hidden="true" />
        <span class="grow">{nameOf(item.content)}</span>
        {returned && (
          <span class="tag tag-fail">
            <Icon name="return" />
            {t('returnIt')}
          </span>
        )}
        {clash && (
          <span class="tag tag-clash">
            <Icon name="st-clash" />
            {t('stateClash')}
          </span>
        )}
        {lost > 0 && <span class="n c-fail">{t('minus', { points: points(lost) })}</span>}
        <span class="faint tiny n">{done === of ? t('checkedAll') : `${done}/${of}`}</span>
      </a>
    </li>
  )
}

interface SectionProps {
  view: InspectionView
  section: string
  items: readonly CompiledItem[]
  now: boolean
  open: boolean
  onToggle: () => void
}

function SectionRow({ view, section, items, now, open, onToggle }: SectionProps) {
  const content = view.edition?.content.sections.find(({ code }) => code === section)
  const { done, of } = sumOf(items.map((item) => progressOf(item, view.answers)))
  const max = items.reduce((sum, item) => sum + item.points, 0)
  const lost = items.reduce((sum, item) => sum + (view.score?.items[item.code]?.lost ?? 0), 0)
  return (
    <li class={now ? 'secrow secrow--now' : 'secrow'}>
      <button type="button" class="secrow-b" aria-expanded={open} onClick={onToggle}>
        <span class="secrow-t">
          <span class="row-t">{content ? nameOf(content) : section}</span>
          <span class="faint tiny n">
            {done === 0 ? t('notStarted') : done === of ? t('checkedAll') : t('checkedCount', { done, of })}
          </span>
        </span>
        {done === 0 ? (
          <span class="secrow-n faint n">{t('sectionPoints', { points: wholePoints(max) })}</span>
        ) : (
          <span class="secrow-n">
            {lost > 0 && <span class="sec-lost n c-fail">{t('minus', { points: points(lost) })}</span>}
            <b class="n">{points(max - lost)}</b>
            <span class="faint n">/{wholePoints(max)}</span>
          </span>
        )}
        <span class="its" aria-hidden="true">
          {items.map((item) => (
            <i class={`it it-${look(view, item)}`} style={{ flexGrow: item.checks.length }} key={item.code} />
          ))}
        </span>
      </button>
      {open && (
        <ul class="items">
          {items.map((item) => (
            <ItemRow view={view} item={item} key={item.code} />
          ))}
        </ul>
      )}
    </li>
  )
}

interface Props {
  view: InspectionView
  now: string | undefined
  open: string | null
  onOpen: (section: string | null) => void
}

/** The on-site sections with their items; one is open at a time. */
export function SectionList({ view, now, open, onOpen }: Props) {
  const sections = [...(view.edition?.compiled.sections ?? [])]
    .map(([code, items]) => ({ code, items: items.filter((item) => item.onsite) }))
    .filter(({ items }) => items.length > 0)
  return (
    <ol class="card secs">
      {sections.map(({ code, items }) => (
        <SectionRow
          view={view}
          section={code}
          items={items}
          now={items.some((item) => item.code === now)}
          open={open === code}
          onToggle={() => onOpen(open === code ? null : code)}
          key={code}
        />
      ))}
    </ol>
  )
}
