import { work } from './words.ts'

/** What the sync screen tells in particular. */
export const sync = {
  waiting: '等发送',
  waitingForSignal: '等信号',
  waits: (p: { kind: string; changes: number; photos: number }) => `${p.kind} · 已存手机，${work(p)}`,
  andMore: (p: { n: number }) => `还有 ${p.n} 件`,
  room: '手机存储',
  roomLeft: (p: { left: string; photos: number }) => `还剩 ${p.left}，约 ${p.photos} 张照片`,
  roomUsed: (p: { used: string }) => `巡访已用 ${p.used}`,
  roomKept: '浏览器答应不清掉这里的东西。',
  roomNotKept: '浏览器没答应保留，存储紧张时可能清掉。把巡访装到桌面更稳当。',
} as const
