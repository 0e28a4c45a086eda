/** 12 条改动、5 张照片; photos are named only where there are any. */
export const work = (p: { changes: number; photos: number }): string =>
  p.photos > 0 ? `${p.changes} 条改动、${p.photos} 张照片` : `${p.changes} 条改动`
