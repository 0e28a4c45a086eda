import type { RefObject } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Mark } from '../contract/records.ts'
import '../ui/Button.css'
import { Icon } from '../ui/Icon.tsx'
import { useModal } from '../ui/modal.ts'
import { useStep } from '../ui/step.ts'
import { merged } from './drawn.ts'
import './Editor.css'
import { inTheMiddle, textMark } from './geometry.ts'
import { Leave } from './Leave.tsx'
import { Panel } from './Panel.tsx'
import { Stage } from './Stage.tsx'
import { say } from './say.ts'
import type { Canvas, Point } from './shapes.ts'
import { TextSheet } from './TextSheet.tsx'
import { type Editing, useEditing } from './useEditing.ts'

interface Props {
  /** The picture, and its size in its own pixels. */
  url: string
  width: number
  height: number
  marks: readonly Mark[]
  /** Whether covers may be taken away: only by who is shown what is under them. */
  mayUncover?: boolean
  /** Resolves once the marks are kept. */
  onSave: (marks: Mark[]) => Promise<void>
  onClose: () => void
}

/** The words of a mark that are asked for: of a new one at a point, or of one that is there. */
type Asked = { at: Point; on: Canvas } | { index: number }

/** The phone's back key asks as the cross does. It used its step up; whoever stays gets another. */
function BackStep({ onBack }: { onBack: () => void }) {
  useStep(onBack)
  return null
}

function Top({ onClose }: { onClose: () => void }) {
  return (
    <header class="mk-top">
      <button type="button" class="icon-b" aria-label={say('close')} onClick={onClose}>
        <Icon name="cross" />
      </button>
      <div class="grow">
        <h2 class="mk-t">{say('title')}</h2>
        <p class="mk-s">
          <Icon name="shield" /> {say('privacy')}
        </p>
      </div>
    </header>
  )
}

/** Saving, and leaving: with a question where something would be lost. */
function useEnd({ marks, onSave, onClose }: Props, editing: Editing) {
  const [saving, setSaving] = useState(false)
  const [failed, setFailed] = useState(false)
  const [asking, ask] = useState(false)
  const [steps, setSteps] = useState(0)
  async function save() {
    ask(false)
    if (saving) return
    if (!editing.isUnsaved) return onClose()
    setSaving(true)
    setFailed(false)
    try {
      await onSave([...merged(editing.first, editing.marks, marks)])
      onClose()
    } catch {
      setFailed(true)
    }
    setSaving(false)
  }
  const leave = () => {
    if (saving) return
    if (editing.isUnsaved) ask(true)
    else onClose()
  }
  const back = () => {
    leave()
    if (editing.isUnsaved || saving) setSteps(steps + 1)
  }
  return { saving, failed, asking, steps, save: () => void save(), leave, back, stay: () => ask(false) }
}

/** `Ctrl+Z` and its way back, wherever in the editor the focus is. */
function onKey(event: KeyboardEvent, editing: Editing, dialog: RefObject<HTMLDialogElement>): void {
  if (!(event.ctrlKey || event.metaKey) || dialog.current?.querySelector('dialog[open]')) return
  const key = event.key.toLowerCase()
  const forth = key === 'y' || (key === 'z' && event.shiftKey)
  if (!forth && key !== 'z') return
  event.preventDefault()
  if (forth) editing.redo()
  else editing.undo()
}

/** What the person writes: where it goes, or which words it replaces. */
function useWords(editing: Editing, { width, height }: Props) {
  const [asked, ask] = useState<Asked | null>(null)
  function write(text: string) {
    if (!asked) return
    if ('at' in asked) return editing.add(textMark(text, asked.at, asked.on))
    const mark = editing.marks[asked.index]
    if (mark) editing.change(asked.index, { ...mark, text })
  }
  const middle: Point = [width * 0.4, height * 0.45]
  return {
    asked,
    text: asked && 'index' in asked ? (editing.marks[asked.index]?.text ?? '') : '',
    write,
    at: (at: Point, on: Canvas) => ask({ at, on }),
    inTheMiddle: () => ask({ at: middle, on: { width, height, unit: width / 640 } }),
    again: (index: number) => ask({ index }),
    over: () => ask(null),
  }
}

/** Draws over a photo, on the whole screen; dark in every theme. The picture itself stays as it was taken. */
export function Editor(props: Props) {
  const { url, width, height } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const editing = useEditing(props.marks, props.mayUncover ?? true)
  const end = useEnd(props, editing)
  const words = useWords(editing, props)
  useModal(dialog)
  const toMiddle = () => {
    if (editing.tool === 'text') words.inTheMiddle()
    else editing.add(inTheMiddle(editing.tool, editing.marks, { width, height, unit: 1 }))
  }
  const remove = (index: number) => {
    editing.remove(index)
    if (editing.isLocked(editing.marks[index])) return
    dialog.current?.querySelector<HTMLElement>('.mk-tool[aria-pressed="true"]')?.focus()
  }
  return (
    <dialog
      class="mk"
      data-theme="dark"
      ref={dialog}
      aria-label={say('title')}
      onCancel={(e) => {
        // a sheet above it speaks for itself
        if (e.target !== dialog.current) return
        e.preventDefault()
        if (end.asking) end.stay()
        else if (editing.selected !== null) editing.select(null)
        else end.leave()
      }}
      onKeyDown={(e) => onKey(e, editing, dialog)}
    >
      <BackStep key={end.steps} onBack={end.back} />
      <Top onClose={end.leave} />
      <Stage {...{ url, width, height, editing }} onText={words.at} onEditText={words.again} onRemove={remove} />
      <Panel
        editing={editing}
        saving={end.saving}
        failed={end.failed}
        onMiddle={toMiddle}
        onEditText={words.again}
        onRemove={remove}
        onSave={end.save}
      >
        {end.asking && <Leave onSave={end.save} onDrop={props.onClose} onStay={end.stay} />}
      </Panel>
      {words.asked && <TextSheet text={words.text} onDone={words.write} onClose={words.over} />}
    </dialog>
  )
}
