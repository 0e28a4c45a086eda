/** What is drawn over a photo. */
export const markup = {
  circles: (p: { n: number }) => `${p.n} 处圈出`,
  arrows: (p: { n: number }) => `${p.n} 处箭头`,
  words: (p: { n: number; words: string }) => `${p.n} 处文字：${p.words}`,
  covers: (p: { n: number }) => `${p.n} 处遮盖`,
  layer: (p: { what: string }) => `标注：${p.what}`,
  covered: '遮',
  comma: '，',
  quoted: '、',
} as const
