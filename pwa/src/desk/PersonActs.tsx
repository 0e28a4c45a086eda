import { useState } from 'preact/hooks'
import { Icon } from '../ui/Icon.tsx'
import { toast } from '../ui/Notice.tsx'
import { write } from './api.ts'
import { useForm } from './form.ts'
import type { Secret } from './Once.tsx'
import { Ask, Wrong } from './parts.tsx'
import type { PersonRow } from './rows.ts'
import { say } from './say.ts'

type Act = 'reset' | 'deactivate' | 'activate'

/** Each act with the question, what it means, and the word of its button. */
const WORDS = {
  reset: { ask: 'resetAsk', means: 'resetMeans', send: 'reset' },
  deactivate: { ask: 'deactivateAsk', means: 'deactivateMeans', send: 'deactivate' },
  activate: { ask: 'activateAsk', means: 'activateMeans', send: 'activate' },
} as const

/** A person's way in: a new first password, their devices, and whether they are in at all. */
export function PersonActs({ row, onSecret }: { row: PersonRow; onSecret: (secret: Secret) => void }) {
  const form = useForm({})
  const [asking, ask] = useState<Act | null>(null)
  const at = `/api/people/${row.id}`
  async function run(act: Act) {
    if (act === 'reset') {
      const secret = await form.send(() => write<Secret>('POST', `${at}/password`))
      if (secret) onSecret(secret)
    } else if (await form.send(() => write('PUT', at, { active: act === 'activate' })))
      toast(say(act === 'activate' ? 'activated' : 'deactivated', { name: row.name }))
  }
  const acts: Act[] = row.active ? ['deactivate'] : ['activate']
  if (row.active && row.login) acts.unshift('reset')
  return (
    <section class="more-acts stack">
      <a class="btn btn-line btn-full" href={`#/desk/devices?person=${row.id}`}>
        {say('devicesOf', { n: row.devices })}
        <Icon name="next" />
      </a>
      {acts.map((act) => (
        <button type="button" class="btn btn-line btn-full" key={act} onClick={() => ask(act)}>
          {say(WORDS[act].send)}
        </button>
      ))}
      {form.wrong.form && <Wrong>{form.wrong.form}</Wrong>}
      {asking && (
        <Ask
          title={say(WORDS[asking].ask, { name: row.name })}
          send={say(WORDS[asking].send)}
          danger={asking === 'deactivate'}
          onSend={() => run(asking)}
          onClose={() => ask(null)}
        >
          <p>{say(WORDS[asking].means)}</p>
        </Ask>
      )}
    </section>
  )
}
