import { afterEach, describe, expect, test } from 'vitest'
import { FIELDS, type RecordType } from '../../../pwa/src/contract/records.ts'
import { ACTS } from '../../../pwa/src/contract/workflow.ts'
import type { HeldChange } from '../../../pwa/src/settle/held.ts'
import { say } from '../../../pwa/src/settle/say.ts'
import { told } from '../../../pwa/src/settle/words.ts'
import { language } from '../../../pwa/src/texts/index.ts'

const NOW = 1_795_312_345_678
const AROUND = { row: undefined, edition: undefined, item: 'A-1', name: () => '某某' }

function heldOf(type: string, content: object): HeldChange {
  return { type, clock: 0, content: { n: 1, at: NOW, type, id: 'x', ...content } } as unknown as HeldChange
}

/** Something that may stand in a field, where a text will not do. */
const VALUES: Record<string, unknown> = {
  'finding.checks': { result: 'fail' },
  'inspection.members': true,
  'inspection.signed': { list_sha256: 'a', total: 990, at: 1, name: '李四', strokes: [[1, 2]] },
  'photo.markup': [{ shape: 'circle', box: [1, 2, 3, 4] }],
  'customer.kind': 'key',
  'customer.position': { lat: 31, lon: 121, accuracy: 9, at: 1 },
  'visit.result': 'met',
  'visit.satisfaction': 90,
  'visit.topics': ['tariff'],
  'visit.follow_up_on': '2026-11-23',
}

/** Every field that phones edit again and again, by its type: work that comes late may be about it alone. */
const EDITED = Object.entries(FIELDS).flatMap(([type, fields]) =>
  Object.entries(fields)
    .filter(([, { policy }]) => policy !== 'server' && policy !== 'once')
    .map(([name, { map }]): [RecordType, string, boolean] => [type as RecordType, name, map]),
)

afterEach(() => {
  language.value = 'zh'
})

describe.each(['zh', 'en'] as const)('late work in words: %s', (spoken) => {
  const words = new Map<string, string>()

  test.each(Object.keys(ACTS))('%s', (act) => {
    language.value = spoken
    const [type = '', verb] = act.split('.')
    const { title } = told(heldOf(type, { act: verb }), AROUND, NOW)
    expect(title).not.toBe(say('actOther'))
    const other = words.get(title)
    expect(other === undefined || other === verb).toBe(true)
    words.set(title, verb ?? '')
  })

  test.each(EDITED)('%s.%s', (type, name, map) => {
    language.value = spoken
    const path = map ? `${name}.k` : name
    const { lines } = told(heldOf(type, { set: { [path]: [VALUES[`${type}.${name}`] ?? '某个说法'] } }), AROUND, NOW)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.value).toBeTruthy()
  })

  test('what a field held before it is emptied', () => {
    language.value = spoken
    const row = { id: 'x', remark: '从前的话' } as never
    const { lines } = told(heldOf('visit', { set: { remark: [null] } }), { ...AROUND, row }, NOW)
    expect(lines).toEqual([{ name: say('fieldRemark'), value: say('emptied'), now: '从前的话' }])
  })

  test('that the branch signed, that it would not, and that a photo was drawn over', () => {
    language.value = spoken
    const line = (type: string, path: string, value: unknown) =>
      told(heldOf(type, { set: { [path]: [value] } }), AROUND, NOW).lines[0]?.value
    const given = { list_sha256: 'a', total: 990, at: 1, name: '李四', strokes: [[1, 2]], refused: null }
    expect(line('inspection', 'signed', given)).toBe(say('signatureGiven', { who: '李四' }))
    const refused = { ...given, name: null, strokes: [], refused: '不认可' }
    const words = say('signatureRefused', { who: say('representativeNoName'), why: '不认可' })
    expect(line('inspection', 'signed', refused)).toBe(words)
    expect(line('photo', 'markup', [])).toBe(say('photoMarked'))
  })

  test('whose visit it is, and that it corrects another', () => {
    language.value = spoken
    const set = { branch: ['b'], kind: ['visit'], started_at: [NOW], customer: ['c'], corrects: ['v'] }
    const { lines } = told(heldOf('visit', { set }), AROUND, NOW)
    expect(lines.map(({ value }) => value)).toEqual(['某某', say('corrects')])
  })
})
