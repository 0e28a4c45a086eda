/** SHA-256 for pages without HTTPS: their browser has it, and keeps it from them. */

const ROUNDS = 64

const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, by) => by).some((by) => by > 1 && n % by === 0),
)
/** The first 32 bits behind the point of a root. */
const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0
const SUMMANDS = primes.slice(0, ROUNDS).map((prime) => fraction(Math.cbrt(prime)))
const FIRST = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by))

/** The text with a 1, zeros, and its length in bits at the end of a block of 64 bytes. */
function padded(data: ArrayBuffer): DataView {
  const length = Math.ceil((data.byteLength + 9) / 64) * 64
  const all = new Uint8Array(length)
  all.set(new Uint8Array(data))
  all[data.byteLength] = 0x80
  const view = new DataView(all.buffer)
  view.setUint32(length - 8, Math.floor(data.byteLength / 2 ** 29))
  view.setUint32(length - 4, (data.byteLength * 8) >>> 0)
  return view
}

function spread(view: DataView, at: number, words: Int32Array): void {
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(at + t * 4)
  for (let t = 16; t < ROUNDS; t++) {
    const [near, far] = [words[t - 2] ?? 0, words[t - 15] ?? 0]
    const one = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10)
    const other = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3)
    words[t] = (one + (words[t - 7] ?? 0) + other + (words[t - 16] ?? 0)) | 0
  }
}

function block(state: Int32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < ROUNDS; t++) {
    const choice = (e & f) ^ (~e & g)
    const most = (a & b) ^ (a & c) ^ (b & c)
    const first = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + (SUMMANDS[t] ?? 0) + (words[t] ?? 0)
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + most
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state[at] = ((state[at] ?? 0) + word) | 0
}

/** The 32 bytes of the hash. */
export function plainSha256(data: ArrayBuffer): ArrayBuffer {
  const view = padded(data)
  const state = Int32Array.from(FIRST)
  const words = new Int32Array(ROUNDS)
  for (let at = 0; at < view.byteLength; at += 64) {
    spread(view, at, words)
    block(state, words)
  }
  const out = new DataView(new ArrayBuffer(32))
  for (const [at, word] of state.entries()) out.setInt32(at * 4, word)
  return out.buffer
}
