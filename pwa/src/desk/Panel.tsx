import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { wide } from '../shell/wide.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Notice.tsx'
import type { ListOf } from './list.ts'
import { Problem } from './parts.tsx'
import { useRecord } from './record.ts'
import { say } from './say.ts'

interface Props {
  title: string
  line?: string | undefined
  onClose: () => void
  children: ComponentChildren
}

/** What is open beside the list; on a phone the whole screen, whose bar says the rest. */
export function Panel({ title, line, onClose, children }: Props) {
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (wide.peek()) head.current?.focus({ preventScroll: true })
  }, [title === ''])
  if (!wide.value) return <div class="stack">{children}</div>
  return (
    <aside class="dp" aria-label={title}>
      <header class="dp-h">
        <div class="grow">
          <h2 tabIndex={-1} ref={head}>
            {title}
          </h2>
          {line && <p class="small dim">{line}</p>}
        </div>
        <button type="button" class="icon-b" aria-label={t('close')} onClick={onClose}>
          <Icon name="cross" />
        </button>
      </header>
      <div class="stack">{children}</div>
    </aside>
  )
}

/** All a list says of a row. */
export function Facts<Row>({ list, row }: { list: ListOf<Row>; row: Row }) {
  return (
    <dl class="card card-pad dkv">
      {list.columns.map(({ key, head, cell }) => {
        const content = cell(row, '')
        return content === null || content === '' ? null : (
          <div key={key}>
            <dt>{head}</dt>
            <dd>{content}</dd>
          </div>
        )
      })}
    </dl>
  )
}

interface RecordProps<Row> {
  list: string
  id: string
  title: (row: Row) => string
  line: (row: Row) => string
  onClose: () => void
  /** It is asked for again while it is shown. */
  watched?: boolean
  draw: (row: Row) => ComponentChildren
}

/** A record while it comes, when it does not, and when it is here. */
export function Record<Row>({ list, id, title, line, onClose, watched, draw }: RecordProps<Row>) {
  const { row, problem, again } = useRecord<Row>(list, id, watched)
  return (
    <Panel title={row ? title(row) : ''} line={row && line(row)} onClose={onClose}>
      {problem && <Problem code={problem} onAgain={again} />}
      {row === undefined ? (
        !problem && <Skeleton label={say('loading')} />
      ) : (
        <>
          {!wide.value && (
            <header>
              <h2 class="row-t">{title(row)}</h2>
              <p class="row-s n">{line(row)}</p>
            </header>
          )}
          {draw(row)}
        </>
      )}
    </Panel>
  )
}
