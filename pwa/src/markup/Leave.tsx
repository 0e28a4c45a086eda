import { useEffect, useId, useRef } from 'preact/hooks'
import '../ui/Button.css'
import { say } from './say.ts'

interface Props {
  onSave: () => void
  onDrop: () => void
  onStay: () => void
}

/** Asks before marks that nobody has saved are gone. It lies over the tools: no step of the history is its own. */
export function Leave({ onSave, onDrop, onStay }: Props) {
  const id = useId()
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [])
  return (
    <div class="mk-leave" role="alertdialog" aria-labelledby={id} aria-describedby={`${id}-t`}>
      <h3 class="mk-t" id={id} tabIndex={-1} ref={head}>
        {say('leaveTitle')}
      </h3>
      <p class="mk-s" id={`${id}-t`}>
        {say('leaveText')}
      </p>
      <div class="mk-foot">
        <button type="button" class="btn btn-line btn-l" onClick={onDrop}>
          {say('leaveDrop')}
        </button>
        <button type="button" class="btn btn-line btn-l" onClick={onStay}>
          {say('leaveStay')}
        </button>
        <button type="button" class="btn btn-go btn-l grow" onClick={onSave}>
          {say('save')}
        </button>
      </div>
    </div>
  )
}
