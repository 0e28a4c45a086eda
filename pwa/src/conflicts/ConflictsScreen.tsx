import { useLive } from '../database/live.ts'
import { answerWords } from '../inspections/answerWords.ts'
import { back } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { checkText } from '../standards/titles.ts'
import { recent } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import { listConflicts, type OpenConflict, placeOf } from './queries.ts'
import { say } from './say.ts'

function Row({ of: { view, conflict } }: { of: OpenConflict }) {
  const check = view.edition?.compiled.checks.get(conflict.check)
  const verdicts = [...new Set(conflict.choices.map(({ answer }) => answerWords(answer, check)))]
  const who = [...new Set(conflict.choices.map(({ name }) => name || t('nobody')))].join(t('listComma'))
  const since = recent(Math.max(...conflict.choices.map(({ at }) => at)), Date.now())
  return (
    <li>
      <a class="row" href={`#${placeOf(conflict)}`}>
        <span class="row-ic row-ic--clash">
          <Icon name="st-clash" />
        </span>
        <span class="grow">
          <span class="row-t">{check ? checkText(check.content) : conflict.check}</span>
          <br />
          <span class="row-s">{verdicts.join(say('or'))}</span>
          <br />
          <span class="row-s n">{[view.branch?.name, who, since].filter(Boolean).join(' · ')}</span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}

function Group({ title, some }: { title: string; some: readonly OpenConflict[] }) {
  if (some.length === 0) return null
  return (
    <>
      <div class="sec">
        <h2>{title}</h2>
        <span class="more n">{t('things', { n: some.length })}</span>
      </div>
      <ul class="card rows">
        {some.map((one) => (
          <Row of={one} key={placeOf(one.conflict)} />
        ))}
      </ul>
    </>
  )
}

/** Every check that two people judged differently, wherever this person sees it. */
export function ConflictsScreen() {
  const all = useLive(listConflicts, [])
  const line = all && all.length > 0 ? say('listLine', { n: all.length }) : ''
  return (
    <Screen title={say('list')} line={line} onBack={back}>
      {!all && <Skeleton label={t('firstDownload')} />}
      {all?.length === 0 && (
        <Empty icon="check" title={say('listNone')}>
          <p class="small dim">{say('listNoneText')}</p>
        </Empty>
      )}
      {all && <Group title={say('yours')} some={all.filter(({ mine }) => mine)} />}
      {all && <Group title={say('others')} some={all.filter(({ mine }) => !mine)} />}
    </Screen>
  )
}
