import { useState } from 'preact/hooks'
import { positionNow } from '../branches/here.ts'
import { startInspection } from '../inspections/acts.ts'
import { go } from '../router.ts'
import { moment } from '../texts/format.ts'
import { type PlainKey, t } from '../texts/index.ts'
import '../ui/Button.css'
import { useOnce } from '../ui/once.ts'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { claimTask, declineTask } from './acts.ts'
import type { TaskEntry } from './queries.ts'

const KIND: Record<string, PlainKey> = {
  acceptance: 'taskKindAcceptance',
  inspection: 'taskKindInspection',
  recheck: 'taskKindRecheck',
  spot_check: 'taskKindSpot',
}

/** What is to be done there: by its kind, else by the standard's name. */
export function kindWord({ task, standard }: TaskEntry): string {
  const key = KIND[task.kind]
  return key ? t(key) : standard
}

/** A task, to be started or given back. */
export function TaskSheet({ entry, onClose }: { entry: TaskEntry; onClose: () => void }) {
  const { task, branch } = entry
  const [declining, decline] = useState(false)

  const start = useOnce(async () => {
    if (task.status === 'open') await claimTask(task.id)
    const begin = { branch: task.branch, standard: task.standard, task: task.id, position: positionNow() }
    go(`/inspections/${await startInspection(begin)}`)
  })

  if (declining) {
    return (
      <ReasonSheet
        title={t('taskDeclineTitle')}
        reasons={[t('declineIll'), t('declineFar')]}
        send={t('taskDeclineSend')}
        onSend={(reason) => void declineTask(task.id, reason)}
        onClose={onClose}
      />
    )
  }
  return (
    <Sheet title={t('taskAt', { branch: branch?.name ?? '', kind: kindWord(entry) })} onClose={onClose}>
      <p class="small dim n">
        {entry.standard} · {t('dueBy', { when: moment(task.due_at, Date.now()) })}
      </p>
      {task.reason && <p class="gap">{task.reason}</p>}
      {branch?.address && <p class="small dim">{branch.address}</p>}
      <div class="sheet-a">
        {task.status === 'open' && (
          <button type="button" class="btn btn-line btn-l" onClick={() => decline(true)}>
            {t('taskDecline')}
          </button>
        )}
        <button type="button" class="btn btn-go btn-l" onClick={() => start()}>
          {t('taskStart')}
        </button>
      </div>
    </Sheet>
  )
}
