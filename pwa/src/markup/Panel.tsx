import type { ComponentChildren } from 'preact'
import { Icon } from '../ui/Icon.tsx'
import { Glyph } from './Glyph.tsx'
import { say } from './say.ts'
import type { Editing } from './useEditing.ts'
import { nameOf } from './words.ts'

const SHAPES = ['circle', 'arrow', 'text', 'blur'] as const
const HOW = { circle: 'howCircle', arrow: 'howArrow', text: 'howText', blur: 'howBlur' } as const

interface Props {
  editing: Editing
  saving: boolean
  failed: boolean
  onMiddle: () => void
  onEditText: (index: number) => void
  onRemove: (index: number) => void
  onSave: () => void
  /** A question that is answered before anything else. */
  children?: ComponentChildren
}

/** What can be done with the mark that is selected. */
function Chosen({ editing, index, onEditText, onRemove }: Props & { index: number }) {
  const { marks, isLocked } = editing
  const locked = isLocked(marks[index])
  return (
    <>
      <p class="grow mk-name">{locked ? say('locked') : nameOf(marks, index)}</p>
      {marks[index]?.shape === 'text' && (
        <button type="button" class="btn btn-line" onClick={() => onEditText(index)}>
          {say('editText')}
        </button>
      )}
      {!locked && (
        <button type="button" class="btn btn-line" onClick={() => onRemove(index)}>
          {say('remove')}
        </button>
      )}
    </>
  )
}

/** How the tool is used; and a way without a finger on the picture. */
function How({ editing, onMiddle }: Props) {
  return (
    <>
      <p class="grow">{say(HOW[editing.tool])}</p>
      <button type="button" class="btn btn-line" onClick={onMiddle}>
        {say('inTheMiddle')}
      </button>
    </>
  )
}

function Now(props: Props) {
  const { editing, failed } = props
  const wrong = failed ? say('saveFailed') : editing.said.wrong ? editing.said.words : ''
  const index = editing.selected
  const chosen = index !== null && editing.marks[index] !== undefined
  return (
    <>
      <div role="alert">{wrong && <p class="mk-wrong">{wrong}</p>}</div>
      <p class="vh" role="status">
        {!wrong && editing.said.words}
      </p>
      <div class="mk-now">{chosen ? <Chosen {...props} index={index} /> : <How {...props} />}</div>
    </>
  )
}

/** Everything for the thumb: what to draw, the way back, the end. */
export function Panel(props: Props) {
  const { editing, saving, onSave, children } = props
  return (
    <div class={children ? 'mk-panel is-asked' : 'mk-panel'}>
      <Now {...props} />
      <fieldset class="mk-tools" aria-label={say('tools')}>
        {SHAPES.map((shape) => (
          <button
            type="button"
            class="mk-tool"
            key={shape}
            aria-pressed={editing.tool === shape}
            onClick={() => editing.take(shape)}
          >
            <Glyph name={shape} />
            {say(shape)}
          </button>
        ))}
      </fieldset>
      <div class="mk-foot">
        <button
          type="button"
          class="icon-b"
          aria-label={say('undo')}
          disabled={!editing.canUndo}
          onClick={editing.undo}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button"
          class="icon-b"
          aria-label={say('redo')}
          disabled={!editing.canRedo}
          onClick={editing.redo}
        >
          <Glyph name="redo" />
        </button>
        <button type="button" class="btn btn-go btn-l grow" aria-disabled={saving} onClick={onSave}>
          {say(saving ? 'saving' : 'save')}
        </button>
      </div>
      {children}
    </div>
  )
}
