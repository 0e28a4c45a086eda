/** What a code in front of the camera is, before anybody is asked. */

/** `label`: of a branch, of this server or (by its address) of another one. `other`: anything else, by its kind. */
export type Read =
  | { kind: 'label'; token: string; host: string; ours: boolean }
  | { kind: 'other'; what: 'address' | 'network' | 'contact' | 'digits' | 'text'; text: string }

const TOKEN = /^#?\/b\/([\w-]{8,200})$/
const LONGEST_SHOWN = 80

function addressOf(text: string): URL | null {
  try {
    const url = new URL(text)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : null
  } catch {
    return null
  }
}

const shortened = (text: string) => {
  const letters = [...text.replaceAll(/\s+/g, ' ').trim()]
  return letters.length > LONGEST_SHOWN ? `${letters.slice(0, LONGEST_SHOWN).join('')}…` : letters.join('')
}

/** Reads the text of a code; `host` is the one this app was loaded from. */
export function readCode(text: string, host: string): Read {
  const url = addressOf(text.trim())
  if (url) {
    const token = url.pathname === '/' ? TOKEN.exec(url.hash)?.[1] : undefined
    if (token) return { kind: 'label', token, host: url.host, ours: url.host === host }
    return { kind: 'other', what: 'address', text: shortened(url.host + (url.pathname === '/' ? '' : url.pathname)) }
  }
  // what such codes hold is not shown: a Wi-Fi code holds its password
  if (/^WIFI:/i.test(text)) return { kind: 'other', what: 'network', text: '' }
  if (/^(BEGIN:VCARD|MECARD:)/i.test(text)) return { kind: 'other', what: 'contact', text: '' }
  return { kind: 'other', what: /^[\dA-Z-]{6,40}$/.test(text.trim()) ? 'digits' : 'text', text: shortened(text) }
}
