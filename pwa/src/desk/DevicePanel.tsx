import { useState } from 'preact/hooks'
import { toast } from '../ui/Notice.tsx'
import { write } from './api.ts'
import { useForm } from './form.ts'
import { deviceList } from './lists.tsx'
import { Facts, Record } from './Panel.tsx'
import { Ask, Wrong } from './parts.tsx'
import type { DeviceRow } from './rows.ts'
import { say } from './say.ts'
import { stateOfDevice, waitingWords, when } from './words.ts'

type Act = 'signOutDevice' | 'revokeDevice' | 'wipeDevice' | 'giveUp'

/**
 * Each act with where it is asked, its question, what it means (what matters most first), what it means for what still
 * waits, and what is said when it is done.
 */
const ACTS = {
  signOutDevice: {
    to: '/session',
    ask: 'signOutAsk',
    means: ['signOutMeans'],
    waits: 'signOutWaits',
    done: 'deviceSignedOut',
  },
  revokeDevice: {
    to: '',
    ask: 'revokeAsk',
    means: ['revokeMeans', 'revokeMore', 'passwordOpens'],
    waits: 'revokeWaits',
    done: 'deviceRevoked',
  },
  wipeDevice: {
    to: '?wipe=true',
    ask: 'wipeAsk',
    means: ['wipeMeans', 'wipeMore', 'passwordOpens'],
    waits: 'wipeKeeps',
    done: 'wipeWillBe',
  },
  giveUp: { to: '?wipe=true&give_up=true', ask: 'giveUpAsk', means: [], waits: 'giveUpMeans', done: 'givenUp' },
} as const

/** What can be done with a device as it stands. */
function actsOn(row: DeviceRow): Act[] {
  const acts: Act[] = []
  if (row.state === 'signed_in') acts.push('signOutDevice')
  if (row.state !== 'revoked') acts.push('revokeDevice')
  // one that signed out holds nothing but what it has not sent, and has no way to be told
  if (row.wipe === null && row.state !== 'signed_out') acts.push('wipeDevice')
  // also where nothing is known to wait: it may hold what it could never tell of
  if (row.wipe === 'asked') acts.push('giveUp')
  return acts
}

function Acts({ row }: { row: DeviceRow }) {
  const form = useForm({})
  const [asking, ask] = useState<Act | null>(null)
  const waits = waitingWords(row)
  const about = asking && ACTS[asking]
  const [first, ...more] = about?.means ?? []
  async function run(act: Act) {
    const done = await form.send(async () => {
      const got = await write('DELETE', `/api/devices/${row.id}${ACTS[act].to}`)
      return got.ok ? { ok: true as const, value: true } : got
    })
    if (done) toast(say(ACTS[act].done))
  }
  return (
    <section class="more-acts stack">
      {actsOn(row).map((act) => (
        <button type="button" class="btn btn-line btn-full" key={act} onClick={() => ask(act)}>
          {say(act)}
        </button>
      ))}
      {form.wrong.form && <Wrong>{form.wrong.form}</Wrong>}
      {asking && about && (
        <Ask
          title={say(about.ask, { who: row.person.name, n: row.id })}
          send={say(asking)}
          danger={asking !== 'signOutDevice'}
          onSend={() => run(asking)}
          onClose={() => ask(null)}
        >
          {row.current && <p class="c-warn">{say('currentMeans')}</p>}
          {first && (
            <p>
              <b>{say(first)}</b>
            </p>
          )}
          {waits && <p class="c-fail">{say(about.waits, { waits })}</p>}
          {!waits && asking === 'giveUp' && <p class="c-fail">{say('giveUpUnknown')}</p>}
          {more.map((word) => (
            <p class="small" key={word}>
              {say(word)}
            </p>
          ))}
        </Ask>
      )}
    </section>
  )
}

/** What became of a device that was locked out, and by whom. */
function Revoked({ row }: { row: DeviceRow }) {
  if (row.revoked_at === null) return null
  return (
    <p class="small dim n">
      {row.revoked_by && say('revokedBy', { who: row.revoked_by.name, when: when(row.revoked_at) })}
      {row.given_up_by && say('givenUpBy', { who: row.given_up_by.name })}
      {row.wiped_at !== null && say('wipedAt', { when: when(row.wiped_at) })}
      {row.wipe === 'asked' && say('wipeWaits')}
      {row.wipe === 'given_up' && say('wipeSoon')}
    </p>
  )
}

/** A device: whose it is, what waits on it and since when, its room and its clock, and the end of its sign-in. */
export function DevicePanel({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Record<DeviceRow>
      list="devices"
      id={id}
      title={(row) => row.person.name}
      line={(row) => `${say('deviceOf', row)} · ${stateOfDevice(row)}`}
      onClose={onClose}
      watched
      draw={(row) => (
        <>
          <Facts list={deviceList()} row={row} />
          <Revoked row={row} />
          <Acts row={row} />
        </>
      )}
    />
  )
}
