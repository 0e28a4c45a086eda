/** 12 条改动、5 张照片; what there is none of is not named, unless there is nothing at all. */
export function work({ changes, photos }: { changes: number; photos: number }): string {
  const some = [(changes > 0 || photos === 0) && `${changes} 条改动`, photos > 0 && `${photos} 张照片`]
  return some.filter(Boolean).join('、')
}
