import { useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import type { InspectionView } from '../inspections/view.ts'
import { back } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { Screen } from '../shell/Screen.tsx'
import { Segment } from '../ui/Chips.tsx'
import { Banner, Skeleton } from '../ui/Notice.tsx'
import { type Ground, groundOf, groundOfCheck } from './ground.ts'
import { HistoryList } from './HistoryList.tsx'
import { say } from './say.ts'
import type { Kind } from './steps.ts'
import { useStillHistory } from './useHistory.ts'
import { mattering } from './words.ts'

const KINDS: readonly string[] = ['inspection', 'finding', 'visit', 'customer'] satisfies Kind[]

/** What became of one check that was settled, or on which nobody differed. */
export function CheckHistory({ view, item, check }: { view: InspectionView; item: string; check: string }) {
  const id = view.findings.get(item)?.id ?? ''
  const { told, onNewer } = useStillHistory('finding', id)
  const path = `checks.${check}`
  const steps = (told?.steps ?? []).flatMap((step) => {
    const words = step.words.filter((word) => word.path === path)
    return words.length > 0 ? [{ ...step, words }] : []
  })
  const settled = steps.some(({ words }) => words.some(({ picks }) => picks))
  return (
    <>
      {settled && <Banner icon="check" title={say('settledNow')} />}
      <HistoryList told={told} steps={steps} ground={groundOfCheck(view, item)} onNewer={onNewer} />
    </>
  )
}

function Whole({ type, id, ground }: { type: Kind; id: string; ground: Ground }) {
  const { told, onNewer } = useStillHistory(type, id)
  const [which, setWhich] = useState<'more' | 'all'>(type === 'inspection' ? 'more' : 'all')
  const choices = [
    { value: 'more' as const, word: say('more') },
    { value: 'all' as const, word: say('all') },
  ]
  const all = told?.steps ?? []
  const steps = which === 'all' ? all : all.map(mattering).filter((step) => step !== null)
  return (
    <>
      <Segment label={say('filter')} choices={choices} chosen={which} onChoose={setWhich} />
      <HistoryList told={told} steps={steps} ground={ground} onNewer={onNewer} />
    </>
  )
}

/** What was done to a record, by whom, and what became of every value. */
export function HistoryScreen({ type, id }: { type: string; id: string }) {
  const ground = useLive(async () => (KINDS.includes(type) ? groundOf(type as Kind, id) : null), [type, id])
  if (ground === null) return <Lost />
  return (
    <Screen title={ground ? say('historyOf', { what: ground.title }) : ''} line={ground?.line} onBack={back}>
      {ground ? <Whole type={type as Kind} id={id} ground={ground} /> : <Skeleton label={say('loading')} />}
    </Screen>
  )
}
