import { useState } from 'preact/hooks'
import { usePhotoUrl } from '../photos/Strip.tsx'
import { back } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { Screen } from '../shell/Screen.tsx'
import { checkText, nameOf } from '../standards/titles.ts'
import { clockTime, points, span } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { ConflictCards, type Opinion } from '../ui/ConflictCards.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Banner, Empty, Skeleton, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { settle } from './acts.ts'
import { answerWords } from './answerWords.ts'
import { useInspection } from './useInspection.ts'
import type { Choice, Conflict, InspectionView } from './view.ts'

const keyOf = ({ by }: Choice) => by.join('.')

/** The first photo of each of two authors; hooks want a fixed number. */
function useOpinions(view: InspectionView | undefined, conflict: Conflict | undefined): Opinion[] {
  const shots = conflict?.choices.map(({ person }) =>
    view?.photos.filter((one) => one.check === conflict.check && one.photo.author === person && !one.photo.retracted),
  )
  const urls = [usePhotoUrl(shots?.[0]?.[0], 'preview'), usePhotoUrl(shots?.[1]?.[0], 'preview')]
  if (!view || !conflict) return []
  const check = view.edition?.compiled.checks.get(conflict.check)
  const notes = view.findings.get(conflict.item)?.row?.notes ?? {}
  return conflict.choices.map((choice, i) => ({
    key: keyOf(choice),
    verdict: answerWords(choice.answer, check),
    failed: choice.answer.result === 'fail',
    who: choice.name || t('nobody'),
    time: clockTime(choice.at),
    note: notes[choice.person] ?? null,
    photo: urls[i] ?? null,
    facts: shots?.[i]?.length ? t('photoCount', { n: shots[i].length }) : null,
    total: choice.total === null ? null : points(choice.total),
    barred: !choice.pickable,
  }))
}

interface PickProps {
  view: InspectionView
  conflict: Conflict
  onSettled: () => void
}

/** Two opinions side by side, and the button that decides; also used by the desk. */
export function PickOne({ view, conflict, onSettled }: PickProps) {
  const [chosen, choose] = useState<string | null>(null)
  const opinions = useOpinions(view, conflict)
  const choice = conflict.choices.find((one) => keyOf(one) === chosen)
  const times = conflict.choices.map(({ at }) => at)
  const apart = Math.max(...times) - Math.min(...times)
  const check = view.edition?.compiled.checks.get(conflict.check)
  const decide = useOnce(async () => {
    if (!choice) return
    await settle(view.id, conflict.item, conflict.check, choice.by)
    toast(t('settledToast'))
    onSettled()
  })
  return (
    <>
      <Banner tone="clash" icon="st-clash" title={t('clashTitle')}>
        {t('clashText')}
      </Banner>
      <ConflictCards opinions={opinions} chosen={chosen} onChoose={choose} />
      {apart >= 60_000 && (
        <p class="same small dim">
          <Icon name="clock" />
          <span>{t('differBy', { span: span(apart) })}</span>
        </p>
      )}
      {opinions.some(({ barred }) => barred) && <p class="hint">{t('onlyYield')}</p>}
      <div class="dock-a gap">
        <button type="button" class="btn btn-go btn-l" aria-disabled={!choice} onClick={() => decide()}>
          {choice ? t('pickDecide', { what: answerWords(choice.answer, check) }) : t('pickFirst')}
        </button>
      </div>
      <p class="hint mid">{t('otherKept')}</p>
    </>
  )
}

export function ConflictScreen({ id, item, check }: { id: string; item: string; check: string }) {
  const view = useInspection(id)
  if (view === null) return <Lost />
  const compiled = view?.edition?.compiled
  const content = compiled?.checks.get(check)?.content
  const of = compiled?.items.get(item)?.content
  const conflict = view?.conflicts.find((one) => one.check === check)
  const line = [view?.branch?.name, of && nameOf(of)].filter(Boolean).join(' · ')
  return (
    <Screen title={content ? checkText(content) : ''} line={line} onBack={back}>
      {!view && <Skeleton label={t('firstDownload')} />}
      {view && !conflict && <Empty icon="check" title={t('clashSettled')} />}
      {view && conflict && <PickOne view={view} conflict={conflict} onSettled={back} />}
    </Screen>
  )
}
