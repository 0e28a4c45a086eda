import { useState } from 'preact/hooks'
import { toast } from '../ui/Notice.tsx'
import { write } from './api.ts'
import { useForm } from './form.ts'
import { deviceList } from './lists.tsx'
import { Facts, Record } from './Panel.tsx'
import { Ask, Wrong } from './parts.tsx'
import type { DeviceRow } from './rows.ts'
import { say } from './say.ts'
import { deviceStates, waitingWords } from './words.ts'

type Act = 'signOutDevice' | 'revokeDevice'

function Acts({ row }: { row: DeviceRow }) {
  const form = useForm({})
  const [asking, ask] = useState<Act | null>(null)
  const waits = waitingWords(row)
  async function run(act: Act) {
    const at = act === 'revokeDevice' ? `/api/devices/${row.id}` : `/api/devices/${row.id}/session`
    const done = await form.send(async () => {
      const got = await write('DELETE', at)
      return got.ok ? { ok: true as const, value: true } : got
    })
    if (done) toast(say(act === 'revokeDevice' ? 'deviceRevoked' : 'deviceSignedOut'))
  }
  return (
    <section class="more-acts stack">
      {row.state === 'signed_in' && (
        <button type="button" class="btn btn-line btn-full" onClick={() => ask('signOutDevice')}>
          {say('signOutDevice')}
        </button>
      )}
      {row.state !== 'revoked' && (
        <button type="button" class="btn btn-line btn-full" onClick={() => ask('revokeDevice')}>
          {say('revokeDevice')}
        </button>
      )}
      {form.wrong.form && <Wrong>{form.wrong.form}</Wrong>}
      {asking && (
        <Ask
          title={say(asking === 'revokeDevice' ? 'revokeAsk' : 'signOutAsk', { who: row.person.name, n: row.id })}
          send={say(asking)}
          danger={asking === 'revokeDevice'}
          onSend={() => run(asking)}
          onClose={() => ask(null)}
        >
          {row.current && <p class="c-warn">{say('currentMeans')}</p>}
          <p>{say(asking === 'revokeDevice' ? 'revokeMeans' : 'signOutMeans')}</p>
          {waits && <p class="c-fail">{say(asking === 'revokeDevice' ? 'revokeWaits' : 'signOutWaits', { waits })}</p>}
        </Ask>
      )}
    </section>
  )
}

/** A device: whose it is, when it was heard, what still waits on it, and the end of its sign-in. */
export function DevicePanel({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Record<DeviceRow>
      list="devices"
      id={id}
      title={(row) => row.person.name}
      line={(row) => `${say('deviceOf', row)} · ${deviceStates()[row.state]}`}
      onClose={onClose}
      draw={(row) => (
        <>
          <Facts list={deviceList()} row={row} />
          <Acts row={row} />
        </>
      )}
    />
  )
}
