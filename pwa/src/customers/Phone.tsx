import { useEffect, useState } from 'preact/hooks'
import '../ui/Button.css'
import { Icon } from '../ui/Icon.tsx'
import { useOnce } from '../ui/once.ts'
import { say } from '../visits/say.ts'
import { masked } from './mask.ts'
import { noteReveal, sendReveals } from './reveals.ts'

/** The number of a customer: hidden until somebody asks for it, and that is noted. */
export function Phone({ customer, phone }: { customer: string; phone: string }) {
  const [shown, show] = useState(false)
  const reveal = useOnce(async () => {
    await noteReveal(customer)
    show(true)
  })
  useEffect(() => {
    const again = () => void sendReveals()
    again()
    addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [])
  return (
    <div class="split-wrap gap">
      <span class="grow n">
        <span class="small dim">{say('phone')}</span> <b>{shown ? phone : masked(phone)}</b>
      </span>
      {shown ? (
        <a class="btn btn-line" href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>
          {say('call')}
        </a>
      ) : (
        <button type="button" class="btn btn-line" onClick={() => reveal()}>
          <Icon name="eye" />
          {say('reveal')}
        </button>
      )}
      {!shown && <p class="hint">{say('revealed')}</p>}
    </div>
  )
}
