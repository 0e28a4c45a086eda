import { expect, test } from 'vitest'
import { comment } from '../../../pwa/src/comments/acts.ts'
import { threadOf } from '../../../pwa/src/comments/queries.ts'
import { applyReply } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import { phoneOf, rowFrom } from '../phone.ts'

test('a thread is what the server has with own words laid on, each with its photos, the oldest first', async () => {
  const { cache, outbox, person } = await phoneOf()
  const of = { type: 'visit' as const, id: 'v1' }
  const reply = readReply({
    v: 1,
    epoch: 3,
    ack: 0,
    cursor: 9,
    time: 1,
    audiences: ['everyone'],
    more: false,
    rows: {
      person: [rowFrom('person', 'p2', 1, { name: '支局长甲' })],
      comment: [
        rowFrom('comment', 'k2', 3, { of, text: '已经换了', at: 200, author: 'p2' }),
        rowFrom('comment', 'k1', 2, { of, text: '门牌坏了', at: 100, author: 'p9' }),
        rowFrom('comment', 'k9', 4, { of: { type: 'visit', id: 'v2' }, text: '别处的', at: 50 }),
      ],
      photo: [rowFrom('photo', 'f1', 5, { of: { type: 'comment', id: 'k2' }, taken_at: 1, stored_at: 2 })],
    },
  })
  if (!reply) throw new Error('not a reply')
  await applyReply(cache, await cache.syncState(), reply, [], { now: 1, lenient: false })
  await comment({ of, root: 'v1' }, '谢谢', 300)
  const thread = await threadOf({ of, root: 'v1' })
  expect(thread.map((one) => [one.who, one.comment.text, one.mine, one.state])).toEqual([
    ['', '门牌坏了', false, 'server'],
    ['支局长甲', '已经换了', false, 'server'],
    ['', '谢谢', true, 'phone'],
  ])
  expect(thread[1]?.photos.map(({ photo, state }) => [photo.id, state])).toEqual([['f1', 'full']])
  expect(await outbox.changes.toArray()).toMatchObject([
    { type: 'comment', root: 'v1', set: { of: [of], text: ['谢谢'], at: [300] } },
  ])
  expect(thread[2]?.comment.author).toBe(person)
})
