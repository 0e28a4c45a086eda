import { useEffect, useState } from 'preact/hooks'
import { back, go } from '../../router.ts'
import { Screen } from '../../shell/Screen.tsx'
import { firstFill } from '../../sync/firstFill.ts'
import '../../ui/Button.css'
import { CodeDock } from './CodeDock.tsx'
import { recognise, type Verdict } from './recognise.ts'
import { say } from './say.ts'
import { VerdictNote } from './VerdictNote.tsx'

/** Where a label leads that another app scanned: to its branch, known by the hash of its secret, also without signal. */
export function ScannedScreen({ token }: { token: string }) {
  const [verdict, judge] = useState<Verdict | null>(null)
  // what is not here yet may come with the first download
  const filling = firstFill() !== null
  useEffect(() => {
    let left = false
    void recognise({ kind: 'label', token, host: location.host, ours: true }).then((found) => {
      if (left) return
      if (found.is === 'open') go(`/branches/${found.branch}`, true)
      else judge(found)
    })
    return () => {
      left = true
    }
  }, [token, filling])
  return (
    <Screen title={say('label')} onBack={back} dock={<CodeDock />}>
      <div role="status">
        <VerdictNote verdict={verdict} />
      </div>
      {verdict && (
        <a class="btn btn-line btn-full gap" href="#/scan">
          {say('scanAnother')}
        </a>
      )}
    </Screen>
  )
}
