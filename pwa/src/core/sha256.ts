/** SHA-256 in lower-case hex. */
export async function sha256(data: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await hashed(data))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function hashed(data: ArrayBuffer): Promise<ArrayBuffer> {
  const { subtle } = crypto as { subtle?: SubtleCrypto }
  return subtle ? subtle.digest('SHA-256', data) : (await import('./sha256Plain.ts')).plainSha256(data)
}
