import '../ui/Button.css'
import { Sheet } from '../ui/Sheet.tsx'
import { say } from './say.ts'

interface Props {
  onSave: () => void
  onDrop: () => void
  onStay: () => void
}

/** Asks before marks that nobody has saved are gone. */
export const LeaveSheet = ({ onSave, onDrop, onStay }: Props) => (
  <Sheet title={say('leaveTitle')} onClose={onStay}>
    <p class="small dim">{say('leaveText')}</p>
    <div class="sheet-a">
      <button type="button" class="btn btn-line btn-l" onClick={onDrop}>
        {say('leaveDrop')}
      </button>
      <button type="button" class="btn btn-line btn-l" onClick={onStay}>
        {say('leaveStay')}
      </button>
      <button type="button" class="btn btn-go btn-l" onClick={onSave}>
        {say('save')}
      </button>
    </div>
  </Sheet>
)
