/** Writes rescue files, version 1: the format is described where they are read, in `server/rescue/container.py`. */

export const CHUNK = 256 * 1024
const ROUNDS = 600_000
/** Letters and digits that nobody takes for one another. */
const CLEAR = 'abcdefghjkmnpqrstuvwxyz23456789'

export interface Head {
  format: 'xunfang-rescue'
  v: 1
  way: 'office' | 'code'
  sealed: boolean
  office: string | null
  device: number
  person: string
  made_at: number
}

/** What both sides of a file compute their key from; `salt` and `own` are made up unless a test gives them. */
export interface Secrets {
  /** The office's public key, an uncompressed point on P-256; used where there is no code. */
  office: Bytes | null
  /** The secret of this device; empty where the phone never had it. */
  seal: Bytes
  code?: string
  salt?: Bytes
  own?: CryptoKeyPair
  rounds?: number
}

export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()

export const toBase64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes))
export const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

/** A code of 16 letters and digits, about 79 bits: `abcd-efgh-jkmn-pqrs`. */
export function madeUpCode(): string {
  const letters: string[] = []
  while (letters.length < 16) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < CLEAR.length * 8) letters.push(CLEAR[byte % CLEAR.length] as string)
  }
  return [0, 4, 8, 12].map((at) => letters.slice(at, at + 4).join('')).join('-')
}

/** A code as it counts: width, case, blanks and hyphens make no difference. */
const normalCode = (code: string): Bytes =>
  encoder.encode(
    code
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s\-‐-—]/g, ''),
  )

const joined = (one: Bytes, other: Bytes): Bytes => {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

interface Shared {
  secret: Bytes
  /** What of it stands in the head. */
  told: { public: string } | { rounds: number }
}

async function sharedWith(office: Bytes, given: CryptoKeyPair | undefined): Promise<Shared> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const own = given ?? ((await crypto.subtle.generateKey(curve, false, ['deriveBits'])) as CryptoKeyPair)
  const theirs = await crypto.subtle.importKey('raw', office, curve, false, [])
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256)
  const raw = await crypto.subtle.exportKey('raw', own.publicKey)
  return { secret: new Uint8Array(secret), told: { public: toBase64(new Uint8Array(raw)) } }
}

async function byCode(code: string, salt: Bytes, rounds: number): Promise<Shared> {
  const word = await crypto.subtle.importKey('raw', normalCode(code), 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, word, 256)
  return { secret: new Uint8Array(bits), told: { rounds } }
}

async function keyFrom(input: Bytes, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', input, 'HKDF', false, ['deriveKey'])
  const way = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return crypto.subtle.deriveKey(way, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
}

/** A file in the making. Each chunk is given to the browser as soon as it is encrypted: one is in memory at a time. */
export class Container {
  private readonly buffer: Bytes = new Uint8Array(CHUNK)
  private filled = 0
  private number = 0

  private constructor(
    private readonly key: CryptoKey,
    private readonly parts: Blob[],
  ) {}

  static async begin(about: Head, secrets: Secrets): Promise<Container> {
    const salt = secrets.salt ?? crypto.getRandomValues(new Uint8Array(16))
    const shared =
      secrets.code === undefined && secrets.office
        ? await sharedWith(secrets.office, secrets.own)
        : await byCode(secrets.code ?? '', salt, secrets.rounds ?? ROUNDS)
    const line = encoder.encode(`${JSON.stringify({ ...about, salt: toBase64(salt), ...shared.told })}\n`)
    const input = joined(shared.secret, about.sealed ? secrets.seal : new Uint8Array(0))
    return new Container(await keyFrom(input, salt, line), [new Blob([line])])
  }

  /** An entry, and the bytes that belong to it. */
  async add(entry: object, data?: Bytes): Promise<void> {
    const text = encoder.encode(JSON.stringify(entry))
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, text.length)
    await this.put(length)
    await this.put(text)
    if (data) await this.put(data)
  }

  /** The whole file. */
  async finish(): Promise<Blob> {
    await this.seal(true)
    return new Blob(this.parts, { type: 'application/octet-stream' })
  }

  private async put(bytes: Bytes): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.filled === CHUNK) await this.seal(false)
      const piece = bytes.subarray(at, at + CHUNK - this.filled)
      this.buffer.set(piece, this.filled)
      this.filled += piece.length
      at += piece.length
    }
  }

  private async seal(last: boolean): Promise<void> {
    const nonce = new Uint8Array(12)
    new DataView(nonce.buffer).setUint32(7, this.number)
    nonce[11] = last ? 1 : 0
    const plain = this.buffer.subarray(0, this.filled)
    this.parts.push(new Blob([await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, this.key, plain)]))
    this.number += 1
    this.filled = 0
  }
}
