/** Giving a file to the person: by the share sheet, or as a download. */

/** Browsers share only kinds of files they know; as plain text the bytes arrive unchanged all the same. */
function shareable(file: Blob, name: string): File | null {
  if (typeof navigator.canShare !== 'function') return null
  const kinds = [
    new File([file], name, { type: 'application/octet-stream' }),
    new File([file], `${name}.txt`, { type: 'text/plain' }),
  ]
  return kinds.find((kind) => navigator.canShare({ files: [kind] })) ?? null
}

export const canShare = (file: Blob, name: string): boolean => shareable(file, name) !== null

/** Opens the share sheet, in the task of a tap. False when the person closed it or it would not open. */
export async function share(file: Blob, name: string): Promise<boolean> {
  const kind = shareable(file, name)
  if (!kind) return false
  return navigator.share({ files: [kind] }).then(
    () => true,
    () => false,
  )
}

/** Gives it to the browser to keep. */
export function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // the browser reads it after the click
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
