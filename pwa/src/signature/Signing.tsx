import { useEffect, useId, useRef } from 'preact/hooks'
import { openChecks } from '../core/scoring.ts'
import type { InspectionView } from '../inspections/view.ts'
import { standardName } from '../standards/titles.ts'
import { day } from '../texts/format.ts'
import '../ui/Button.css'
import { Chips } from '../ui/Chips.tsx'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useModal } from '../ui/modal.ts'
import { Banner } from '../ui/Notice.tsx'
import { useStep } from '../ui/step.ts'
import { Unkept } from '../ui/tried.tsx'
import { DeductionList } from './DeductionList.tsx'
import { Pad } from './Pad.tsx'
import { say } from './say.ts'
import './signature.css'
import { type Form, OWN, useSigning } from './useSigning.ts'

function Head({ id, view, onClose }: { id: string; view: InspectionView; onClose: () => void }) {
  const head = useRef<HTMLHeadingElement>(null)
  // not the first button: what it is comes first
  useEffect(() => head.current?.focus(), [])
  const { branch, edition, inspection } = view
  const facts = [branch?.name, edition && standardName(edition.row), day(inspection.started_at)]
  return (
    <header class="sign-top">
      <button type="button" class="icon-b" aria-label={say('close')} onClick={onClose}>
        <Icon name="cross" />
      </button>
      <div class="grow">
        <h2 class="row-t" id={id} tabIndex={-1} ref={head}>
          {say('title')}
        </h2>
        <p class="small dim n">{facts.filter(Boolean).join(' · ')}</p>
      </div>
    </header>
  )
}

function NameAndPad({ form }: { form: Form }) {
  return (
    <div class="sign-who">
      <Field
        label={say('name')}
        hint={say('nameHint')}
        error={form.nameWrong ? say('needsName') : undefined}
        value={form.name}
        onInput={form.setName}
        input={{ maxLength: 100, autocomplete: 'off' }}
      />
      <Pad strokes={form.strokes} wrong={form.penWrong ? say('needsPen') : null} onChange={form.write} />
    </div>
  )
}

function Refusal({ form }: { form: Form }) {
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [])
  const ready = [say('whyDisputed'), say('whyAbsent'), say('whyRefused')].map((word) => ({ value: word, word }))
  const own = form.chosen === OWN || form.reasonWrong
  return (
    <div class="stack">
      <h3 class="sign-h" tabIndex={-1} ref={head}>
        {say('whyNot')}
      </h3>
      <Chips
        label={say('whyNot')}
        choices={[...ready, { value: OWN, word: say('ownWords') }]}
        chosen={form.chosen}
        onChoose={form.choose}
      />
      {own && (
        <Field
          label={say('ownWordsLabel')}
          value={form.words}
          error={form.reasonWrong ? say('needsWhy') : undefined}
          onInput={(words) => {
            form.choose(OWN)
            form.setWords(words)
          }}
          input={{ maxLength: 100 }}
        />
      )}
    </div>
  )
}

function Foot({ form }: { form: Form }) {
  return (
    <footer class="sign-foot">
      <Unkept why={form.why} />
      <button type="button" class="btn btn-line btn-l" onClick={() => form.refuse(!form.refusing)}>
        {form.refusing ? say('backToPad') : say('notSign')}
      </button>
      <button type="button" class="btn btn-go btn-l" onClick={form.save}>
        {form.refusing ? say('saveRefusal') : say('save')}
      </button>
    </footer>
  )
}

function Body({ form }: { form: Form }) {
  const { view } = form
  const open = view.edition ? openChecks(view.edition.compiled, view.answers).length : 0
  return (
    <div class="sign-body">
      <div class="sign-list">
        <p class="small dim">{say('handOver')}</p>
        {form.changed && (
          <div class="gap" role="status">
            <Banner tone="warn" icon="copydup" title={say('newList')}>
              <p class="small">{say('newListText')}</p>
              <button type="button" class="btn btn-line" onClick={form.takeNew}>
                {say('takeNewList')}
              </button>
            </Banner>
          </div>
        )}
        <DeductionList view={view} open={open} />
      </div>
      <div class="sign-pen">{form.refusing ? <Refusal form={form} /> : <NameAndPad form={form} />}</div>
    </div>
  )
}

/** Held out to the branch: the list as it is signed, the name, the pad; or why nobody signs. */
export function Signing({ view, onClose }: { view: InspectionView; onClose: () => void }) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const form = useSigning(view, onClose)
  useStep(onClose)
  useModal(dialog)
  useEffect(() => {
    const missing = dialog.current?.querySelector('.input--bad')
    missing?.querySelector('input')?.focus({ preventScroll: true })
    missing?.scrollIntoView({ block: 'center' })
  }, [form.tries])
  return (
    <dialog
      class="sign"
      ref={dialog}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault()
        onClose()
      }}
    >
      <Head id={id} view={view} onClose={onClose} />
      <Body form={form} />
      <Foot form={form} />
    </dialog>
  )
}
