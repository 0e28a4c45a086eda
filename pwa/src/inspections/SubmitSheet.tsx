import { useState } from 'preact/hooks'
import { SignatureLine } from '../signature/Row.tsx'
import { t } from '../texts/index.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { toast } from '../ui/Notice.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { setRemark, setRepresentative, submit } from './acts.ts'
import { openCount } from './verdict.ts'
import type { InspectionView } from './view.ts'

/** How many failed checks ask for a photo and have none. */
export function photosWanted(view: InspectionView): number {
  const checks = [...(view.edition?.compiled.checks.values() ?? [])]
  return checks.filter(({ code, evidence }) => {
    if (evidence !== 'photo' || view.answers[code]?.result !== 'fail') return false
    return !view.photos.some((one) => one.check === code && !one.photo.retracted)
  }).length
}

interface Props {
  view: InspectionView
  onSign: () => void
  onClose: () => void
}

/** Hands the inspection in; open checks are told, never in the way. */
export function SubmitSheet({ view, onSign, onClose }: Props) {
  const { representative, remark } = view.inspection
  const [whoTyped, setWho] = useState<string | null>(null)
  const [wordsTyped, setWords] = useState<string | null>(null)
  // what was just kept beside this sheet may be drawn a moment after it
  const [who, words] = [whoTyped ?? representative ?? '', wordsTyped ?? remark ?? '']
  const [sending, setSending] = useState(false)
  const open = openCount(view)
  const bare = photosWanted(view)

  async function keep() {
    if (who.trim() !== (representative ?? '')) await setRepresentative(view.id, who.trim() || null)
    if (words.trim() !== (remark ?? '')) await setRemark(view.id, words.trim() || null)
  }

  async function send() {
    if (sending || !view.score) return
    setSending(true)
    await keep()
    await submit({ id: view.id, seen: view.seen }, { total: view.score.total, vetoes: view.score.vetoes })
    toast(t('submittedToast'))
    onClose()
  }

  return (
    <Sheet title={t('submitTitle')} onClose={onClose}>
      <ul class="small dim stack gap">
        {open > 0 && (
          <li>
            <Icon name="info" /> {t('submitOpen', { n: open })}
          </li>
        )}
        {bare > 0 && (
          <li>
            <Icon name="camera" /> {t('submitPhotos', { n: bare })}
          </li>
        )}
        <li>
          <Icon name="lock" /> {t('submitLocks')}
        </li>
      </ul>
      <SignatureLine view={view} onSign={() => void keep().then(onSign)} />
      <div class="form gap">
        <Field
          label={t('submitWho')}
          aside={t('optional')}
          hint={t('submitWhoHint')}
          value={who}
          onInput={setWho}
          input={{ maxLength: 100, autocomplete: 'off' }}
        />
        <Field label={t('submitRemark')} aside={t('optional')} value={words} onInput={setWords} rows={2} />
      </div>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="btn btn-go btn-l" aria-disabled={sending} onClick={() => void send()}>
          {t('submit')}
        </button>
      </div>
    </Sheet>
  )
}
