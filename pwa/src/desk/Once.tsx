import { useRef, useState } from 'preact/hooks'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { say } from './say.ts'

/** A login with the first password to it. */
export interface Secret {
  login: string | null
  password: string | null
}

/** A first password, shown this once: it is copied or written down, and changed at the first sign-in. */
export function Once({ secret, who, onClose }: { secret: Secret; who: string; onClose: () => void }) {
  const shown = useRef<HTMLElement>(null)
  const [copied, setCopied] = useState<boolean | null>(null)
  const text = say('passwordCopy', { login: secret.login ?? '', password: secret.password ?? '' })
  async function copy() {
    // there is no clipboard on a page without HTTPS: then the password stands selected
    const done = await (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => true,
      () => false,
    )
    if (!done && shown.current) getSelection()?.selectAllChildren(shown.current)
    setCopied(done)
  }
  return (
    <Sheet title={say('onceTitle', { who })} onClose={onClose}>
      <p class="small dim">{say('onceText')}</p>
      <dl class="once">
        <dt>{t('login')}</dt>
        <dd>{secret.login}</dd>
        <dt>{say('firstPassword')}</dt>
        <dd>
          <code ref={shown}>{secret.password}</code>
        </dd>
      </dl>
      <p class="small" role="status">
        {copied === true && say('copied')}
        {copied === false && say('copyByHand')}
      </p>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={copy}>
          <Icon name="copydup" />
          {say('copy')}
        </button>
        <button type="button" class="btn btn-go btn-l" onClick={onClose}>
          {say('noted')}
        </button>
      </div>
    </Sheet>
  )
}
