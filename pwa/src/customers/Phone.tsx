import { masked } from './mask.ts'

export function Phone({ phone }: { customer: string; phone: string }) {
  return <p class="n">{masked(phone)}</p>
}
