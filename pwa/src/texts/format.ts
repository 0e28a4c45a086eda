import { language } from './index.ts'

const DAY = 86_400_000

/** Tenths of a point as people read them: 895 is 89.5. */
export const points = (tenths: number): string => (tenths / 10).toFixed(1)

/** Points as a standard prints them, without an idle zero: 40 is 4, 25 is 2.5. */
export const wholePoints = (tenths: number): string => String(tenths / 10)

const two = (n: number) => String(n).padStart(2, '0')

export function clockTime(ms: number): string {
  const d = new Date(ms)
  return `${two(d.getHours())}:${two(d.getMinutes())}`
}

export function day(ms: number): string {
  const d = new Date(ms)
  if (language.value === 'zh') return `${d.getMonth() + 1}月${d.getDate()}日`
  return d.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
}

export function weekday(ms: number): string {
  return new Date(ms).toLocaleDateString(language.value === 'zh' ? 'zh-CN' : 'en-GB', { weekday: 'short' })
}

const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0)

/** `今天 14:02`, `昨天 17:25`, `3月12日 09:40`. */
export function moment(ms: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(ms)) / DAY)
  const zh = language.value === 'zh'
  const names: Record<number, string> = zh
    ? { [-1]: '明天', 0: '今天', 1: '昨天' }
    : { [-1]: 'tomorrow', 0: 'today', 1: 'yesterday' }
  return `${names[days] ?? day(ms)} ${clockTime(ms)}`
}

/** The same for lists: the time of day only where it still matters. */
export function recent(ms: number, now: number): string {
  return Math.abs(now - ms) < 2 * DAY ? moment(ms, now) : day(ms)
}

/** How long ago or how long yet, under 48 hours in minutes and hours, else in days. */
export function span(ms: number): string {
  const zh = language.value === 'zh'
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60_000))
  if (minutes < 60) return zh ? `${minutes} 分钟` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return zh ? `${hours} 小时` : `${hours} h`
  const days = Math.floor(hours / 24)
  return zh ? `${days} 天` : `${days} days`
}

/** Metres as people say them: 35 米, 3.1 公里. */
export function distance(metres: number): string {
  const zh = language.value === 'zh'
  if (metres < 950) return `${Math.round(metres)} ${zh ? '米' : 'm'}`
  const km = metres / 1000
  return `${km < 9.95 ? km.toFixed(1) : Math.round(km)} ${zh ? '公里' : 'km'}`
}

export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`
  if (bytes >= 1_000_000_000) return `${(bytes / 1_000_000_000).toFixed(1)} GB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
