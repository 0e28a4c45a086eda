/** One thing or several: `several(2, 'photo')` is `2 photos`. */
export const several = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

export const work = (p: { changes: number; photos: number }): string =>
  p.photos > 0 ? `${several(p.changes, 'change')} and ${several(p.photos, 'photo')}` : several(p.changes, 'change')

export const one = (p: { changes: number; photos: number }): boolean => p.changes + p.photos === 1
