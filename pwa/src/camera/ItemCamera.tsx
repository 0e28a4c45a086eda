import { useEffect } from 'preact/hooks'
import type { CompiledItem } from '../core/standard.ts'
import type { InspectionView } from '../inspections/view.ts'
import { keepFor } from '../photos/adding.ts'
import { shooting, spotOf } from '../photos/shooting.ts'
import { checkText, nameOf } from '../standards/titles.ts'
import { Camera } from './Camera.tsx'
import type { Target } from './target.ts'

const targetsOf = (view: InspectionView, item: CompiledItem): Target[] =>
  item.checks.flatMap((code) => {
    const check = view.edition?.compiled.checks.get(code)
    if (!check) return []
    const photos = view.photos.filter((one) => one.check === code && !one.photo.retracted)
    const add = keepFor({ inspection: view.id, item: item.code }, code)
    return [{ spot: spotOf(view.id, code), what: checkText(check.content), photos, add }]
  })

/** The camera over an item: photos of one check after the other. */
export function ItemCamera({ view, item }: { view: InspectionView; item: CompiledItem }) {
  const targets = targetsOf(view, item)
  const check = shooting.value?.check
  const at = targets.findIndex(({ spot }) => check !== undefined && spot === spotOf(view.id, check))
  const close = () => {
    shooting.value = null
  }
  useEffect(() => close, [])
  const move = (to: number) => {
    const code = item.checks[to]
    if (code) shooting.value = { inspection: view.id, check: code }
  }
  if (at < 0) return null
  const home = view.branch?.position ?? null
  return <Camera targets={targets} at={at} line={nameOf(item.content)} home={home} onMove={move} onClose={close} />
}
