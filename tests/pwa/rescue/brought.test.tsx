import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BringPanel } from '../../../pwa/src/rescue/BringPanel.tsx'
import type { BroughtFile } from '../../../pwa/src/rescue/Brought.tsx'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { at, json, Office, Seen } from '../desk/office.ts'

let office: Office
let seen: Seen

const file = (id: string, more: Partial<BroughtFile> = {}): BroughtFile => ({
  id,
  brought_at: 1_795_300_000_000,
  brought_by: { id: 's', name: '督导乙' },
  vouched: false,
  device: 17,
  person: { id: 'p', name: '检查员甲' },
  made_at: 1_795_200_000_000,
  new: 3,
  already: 1,
  outcomes: { applied: 3 },
  refused_before: 0,
  photos: { stored: 2, already: 0, missing: 0 },
  ...more,
})

beforeEach(() => {
  office = new Office().open()
  seen = new Seen()
  wide.value = true
  at('/desk/devices/new')
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

test('the files that were taken in are listed with what came of them, and each report is read again', async () => {
  const late = file('b', { vouched: true, brought_by: null, outcomes: { held: 2, refused: 1 }, refused_before: 1 })
  const report = {
    ...late,
    refused_before: { locked: 1 },
    fates: [{ n: 4, type: 'finding', outcome: 'held', code: 'revoked' }],
  }
  office
    .on('GET /api/rescue', () => json({ rows: [late, file('a')], total: 12 }))
    .on('GET /api/rescue/b', () => json({ id: 'b', state: 'done', done: 0, all: 0, report }))
  seen.draw(<BringPanel onClose={() => {}} />)
  await seen.until(() => seen.all('.brought li').length === 2)
  const [first, second] = seen.all('.brought li').map((row) => row.textContent)
  for (const words of ['检查员甲的设备 17', '在服务器上用命令收下', '交督导 2', '没有收下 2', '管理员确认过'])
    expect(first).toContain(words)
  expect(second).toContain('由督导乙收下')
  expect(second).toContain('新收改动 3，早已有 1，新收照片 2')
  seen.tap('看更早的')
  await seen.until(() => office.last('GET /api/rescue')?.params['size'] === '50')
  seen.tap(/管理员确认过/)
  await seen.until(() => seen.text.includes('要留意的'))
  expect(seen.text).toContain('交督导处理')
  seen.tap('回到列表')
  await seen.until(() => seen.all('.brought li').length === 2)
})

test('before the first one that is said, and a list that does not come says why', async () => {
  office.on('GET /api/rescue', () => json({ rows: [], total: 0 }))
  seen.draw(<BringPanel onClose={() => {}} />)
  await seen.until(() => seen.text.includes('还没有收过文件'))
})
