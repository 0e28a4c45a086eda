import { useState } from 'preact/hooks'
import { go } from '../../router.ts'
import '../../ui/Button.css'
import { Field } from '../../ui/Field.tsx'
import { Dock } from '../../ui/VerdictDock.tsx'
import { branchOfCode } from '../queries.ts'
import { say } from './say.ts'

/** The way out where there is no camera or no readable label: the code that is printed under it. */
export function CodeDock() {
  const [code, setCode] = useState('')
  const [wrong, setWrong] = useState<'codeNeeded' | 'codeUnknown' | null>(null)

  async function open(e: Event) {
    e.preventDefault()
    if (!code.trim()) return setWrong('codeNeeded')
    const branch = await branchOfCode(code)
    if (branch) go(`/branches/${branch}`, true)
    else setWrong('codeUnknown')
  }

  return (
    <Dock>
      <form class="code" onSubmit={open} noValidate>
        <Field
          label={say('branchCode')}
          value={code}
          error={wrong ? say(wrong) : undefined}
          onInput={(value) => {
            setCode(value)
            setWrong(null)
          }}
          input={{ autocomplete: 'off', autocapitalize: 'characters', enterkeyhint: 'go', maxLength: 40 }}
        />
        <button type="submit" class="btn btn-go">
          {say('openByCode')}
        </button>
      </form>
    </Dock>
  )
}
