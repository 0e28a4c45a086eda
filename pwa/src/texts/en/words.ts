/** One thing or several: `several(2, 'photo')` is `2 photos`. */
export const several = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

export function work({ changes, photos }: { changes: number; photos: number }): string {
  const some = [(changes > 0 || photos === 0) && several(changes, 'change'), photos > 0 && several(photos, 'photo')]
  return some.filter(Boolean).join(' and ')
}

export const one = (p: { changes: number; photos: number }): boolean => p.changes + p.photos === 1
