// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import { onSyncNow } from '../../../pwa/src/sync/now.ts'
import { AskedFor, keptPhotos, PicturesCard } from '../../../pwa/src/sync/PicturesCard.tsx'
import { choosePictures } from '../../../pwa/src/sync/pictures.ts'
import { phoneOf, rowFrom } from '../phone.ts'

let store: Store
let host: HTMLElement

beforeEach(async () => {
  store = await phoneOf()
  host = document.createElement('div')
  const kept = { finding: 'f', root: 'i', sha256: 'a', preview_sha256: 'b', bytes: 300_000, preview_bytes: 9 }
  for (const n of Array.from({ length: 12 }, (_, index) => index + 1)) {
    const uploads = { preview: { done_at: 5 } }
    await store.outbox.photos.put({ ...kept, id: `p${n}`, added_at: n, uploads })
    const row = rowFrom('photo', `p${n}`, 1, { asked: n === 12 ? { by: 'sue', at: 7 } : null })
    await store.cache.rows.put({ type: 'photo', id: `p${n}`, rev: 1, parent: 'f', row })
  }
})

afterEach(() => {
  choosePictures('always')
  render(null, host)
})

async function shown(): Promise<string> {
  const kept = await keptPhotos()
  const both = (
    <>
      <AskedFor {...kept} />
      <PicturesCard {...kept} />
    </>
  )
  await act(() => render(both, host))
  return host.textContent ?? ''
}

const go = () => [...host.querySelectorAll('button')].find((one) => one.textContent?.startsWith('只把这'))

test('what a supervisor waits for is told, and its photo is the first of the list', async () => {
  expect(await shown()).toContain('督导在等 1 张原图')
  expect(host.querySelectorAll('.pic')[0]?.textContent).toContain('督导在等原图，先传它')
  expect(go()).toBeUndefined()
})

test('where full pictures are held back, one tap lets go what is waited for, and nothing else', async () => {
  choosePictures('hold')
  const ended = new AbortController()
  const woken = vi.fn()
  onSyncNow(woken, ended.signal)
  await shown()
  expect(host.querySelectorAll('.pic')[0]?.textContent).toContain('原图先不传')
  await act(() => go()?.click())
  await vi.waitFor(() => expect(woken).toHaveBeenCalledOnce())
  ended.abort()
  const sooner = (await store.outbox.photos.toArray()).filter((photo) => photo.sooner_at)
  expect(sooner.map(({ id }) => id)).toEqual(['p12'])
  await shown()
  expect(go()).toBeUndefined()
  expect(host.querySelectorAll('.pic')[0]?.textContent).toContain('先传它')
  expect(host.querySelectorAll('.pic')[1]?.textContent).toContain('原图先不传')
})

test('a tap the disk does not take is told, and what was held back still is', async () => {
  choosePictures('hold')
  await shown()
  vi.spyOn(store.outbox.photos, 'where').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError')
  })
  await act(() => go()?.click())
  await vi.waitFor(() => expect(host.querySelector('[role=alert]')).not.toBeNull())
  expect(go()).toBeDefined()
})
