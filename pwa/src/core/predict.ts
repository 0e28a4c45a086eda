/** What an own act will most probably do, shown until the server has judged it. The server alone decides. */

import { ACTS, type ActArguments, type ActName } from '../contract/workflow.ts'
import type { OwnChange } from './change.ts'
import { type Me, type RowSet, rowKey, rowOf, setPath } from './overlay.ts'
import type { AnyRow, Row } from './rows.ts'

type Effect = (rows: RowSet, change: OwnChange, me: Me) => void

function patch(rows: RowSet, type: AnyRowType, id: string, values: object): void {
  const row = rows.get(rowKey(type, id))
  if (row) rows.set(rowKey(type, id), { ...row, ...values } as AnyRow)
}

type AnyRowType = 'inspection' | 'finding' | 'photo' | 'task' | 'visit'

function findingsOf(rows: RowSet, inspection: string): Row<'finding'>[] {
  const findings: Row<'finding'>[] = []
  for (const [key, row] of rows) {
    if (key.startsWith('finding:') && (row as Row<'finding'>).inspection === inspection) {
      findings.push(row as Row<'finding'>)
    }
  }
  return findings
}

function setFindings(rows: RowSet, inspection: string, values: (finding: Row<'finding'>) => Partial<Row<'finding'>>) {
  for (const finding of findingsOf(rows, inspection)) patch(rows, 'finding', finding.id, values(finding))
}

const given = <N extends ActName>(_name: N, change: OwnChange) => (change.with ?? {}) as unknown as ActArguments[N]

const EFFECTS: Partial<Record<ActName, Effect>> = {
  'inspection.submit': (rows, change) => {
    const { shown } = given('inspection.submit', change)
    patch(rows, 'inspection', change.id, { submitted_at: change.at, shown: shown ?? null })
    setFindings(rows, change.id, () => ({ status: 'locked', returned: null }))
  },
  'inspection.join': (rows, change, me) => {
    const members = rowOf(rows, 'inspection', change.id)?.members ?? {}
    patch(rows, 'inspection', change.id, { members: { ...members, [me.person]: true } })
  },
  'inspection.take_over': (rows, change, me) => patch(rows, 'inspection', change.id, { lead: me.person }),
  'inspection.return_items': (rows, change, me) => {
    const { items } = given('inspection.return_items', change)
    setFindings(rows, change.id, (finding) => {
      const reason = items[finding.item]
      if (reason === undefined) return { status: 'locked' }
      return { status: 'returned', returned: { reason, by: me.person, at: change.at } }
    })
  },
  'inspection.approve': (rows, change, me) => {
    patch(rows, 'inspection', change.id, { decided_by: me.person, decided_at: change.at })
    setFindings(rows, change.id, () => ({ status: 'accepted' }))
  },
  'inspection.reopen': (rows, change) => setFindings(rows, change.id, () => ({ status: 'locked' })),
  'finding.correct': (rows, change, me) => {
    const { set } = given('finding.correct', change)
    for (const [check, answer] of Object.entries(set)) {
      const row = rows.get(rowKey('finding', change.id))
      if (!row) return
      const { [`checks.${check}`]: _settled, ...open } = row.open ?? {}
      const next = setPath(row, `checks.${check}`, answer, [change.device ?? me.device, change.n], [])
      rows.set(rowKey('finding', change.id), { ...next, open })
    }
  },
  'photo.retract': (rows, change, me) => {
    const { reason } = given('photo.retract', change)
    patch(rows, 'photo', change.id, { retracted: { by: me.person, at: change.at, reason: reason ?? null } })
  },
  'photo.waive': (rows, change, me) => {
    const { reason } = given('photo.waive', change)
    patch(rows, 'photo', change.id, { waived: { by: me.person, at: change.at, reason } })
  },
  'photo.ask': (rows, change, me) => {
    const first = rowOf(rows, 'photo', change.id)?.asked ?? null
    patch(rows, 'photo', change.id, { asked: first ?? { by: me.person, at: change.at } })
  },
  'visit.close': (rows, change) => patch(rows, 'visit', change.id, { closed_at: change.at }),
  'task.decline': (rows, change) => patch(rows, 'task', change.id, { reason: given('task.decline', change).reason }),
}

/** Lays an own act on the rows: the state it enters, and what goes with it. */
export function predict(rows: RowSet, change: OwnChange, me: Me): void {
  const name = `${change.type}.${change.act}` as ActName
  const enters = ACTS[name]?.enters
  if (enters) patch(rows, change.type as AnyRowType, change.id, { status: enters })
  EFFECTS[name]?.(rows, change, me)
}
