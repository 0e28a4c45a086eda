/** An inspection as a screen needs it, built from rows alone: no disk, no clock. */

import type { ProblemCode } from '../contract/problems.ts'
import type { Answer } from '../contract/records.ts'
import { type ActName, EDITABLE } from '../contract/workflow.ts'
import { findingId } from '../core/ids.ts'
import { type RowSet, rowOf } from '../core/overlay.ts'
import type { ChangeId, OpenValue, Row } from '../core/rows.ts'
import { type Answers, answerFlaw, type Compiled, type Score, score } from '../core/scoring.ts'
import { type Circumstances, mayEdit, refusalOf } from '../core/workflow.ts'
import type { EditionHere } from '../standards/queries.ts'
import { type OwnWork, photoState, stateOf, type Whereabouts, worst } from '../sync/whereabouts.ts'

export interface PhotoView {
  photo: Row<'photo'>
  item: string
  check: string | null
  state: Whereabouts
}

export interface FindingView {
  id: string
  item: string
  /** `undefined` while nobody has written anything here. */
  row: Row<'finding'> | undefined
  editable: boolean
  /** The worst of its fields and photos. */
  state: Whereabouts
  photos: PhotoView[]
}

export interface Choice {
  answer: Answer
  by: ChangeId
  person: string
  name: string
  at: number
  /** The total the inspection would have with this answer, in tenths. */
  total: number | null
  /** Whether this person may pick it: the author of one value can only yield to another's. */
  pickable: boolean
}

export interface Conflict {
  inspection: string
  item: string
  check: string
  choices: Choice[]
}

export interface InspectionView {
  id: string
  inspection: Row<'inspection'>
  branch: Row<'branch'> | undefined
  edition: EditionHere | undefined
  /** By item code, every item of the edition (and any other that has a finding). */
  findings: ReadonlyMap<string, FindingView>
  answers: Answers
  /** Whether what was found is this person's to read: they took part, or hold a role that reviews or answers for it. */
  readable: boolean
  /** `null` while the edition is not on this phone, or nobody scored what this person may not read. */
  score: Score | null
  photos: PhotoView[]
  conflicts: Conflict[]
  state: Whereabouts
  /** Where one check is. */
  checkState: (item: string, check: string) => Whereabouts
  /** The cursor this view was built from; hand it on with every act. */
  seen: number
  editable: boolean
  /** `null` if the act may be done now, else why not. For acts on a photo, name it. */
  refusal: (act: ActName, photo?: Row<'photo'>) => ProblemCode | null
}

export interface ViewParts {
  inspection: Row<'inspection'>
  rows: RowSet
  work: OwnWork
  seen: number
  edition: EditionHere | undefined
  branch: Row<'branch'> | undefined
  person: string
  over: Circumstances['over']
  name: (person: string) => string
}

/** The findings of an inspection, by item. */
export function findingRows(rows: RowSet, inspection: string): Map<string, Row<'finding'>> {
  const found = new Map<string, Row<'finding'>>()
  for (const key of rows.keys()) {
    const row = key.startsWith('finding:') ? rowOf(rows, 'finding', key.slice(8)) : undefined
    if (row?.inspection === inspection) found.set(row.item, row)
  }
  return found
}

function photoViews(parts: ViewParts, items: ReadonlyMap<string, string>): PhotoView[] {
  const views: PhotoView[] = []
  for (const key of parts.rows.keys()) {
    const photo = key.startsWith('photo:') ? rowOf(parts.rows, 'photo', key.slice(6)) : undefined
    const item = photo && items.get(photo.of.id)
    if (!photo || item === undefined) continue
    views.push({ photo, item, check: photo.check, state: photoState(parts.work, photo.id, photo) })
  }
  return views.sort((a, b) => a.photo.taken_at - b.photo.taken_at)
}

/** Answers by check, of all findings; what the edition cannot score is left out. */
export function answersOf(findings: Iterable<Row<'finding'>>, compiled: Compiled | undefined): Answers {
  const answers: Record<string, Answer> = {}
  for (const finding of findings) {
    for (const [check, answer] of Object.entries(finding.checks)) {
      if (compiled && answerFlaw(compiled, check, answer) === null) answers[check] = answer
    }
  }
  return answers
}

function choicesOf(parts: ViewParts, check: string, values: OpenValue[], answers: Answers): Choice[] {
  const authors = new Set(values.map((value) => value.person))
  const compiled = parts.edition?.compiled
  return values.map((value) => ({
    answer: value.value as Answer,
    by: value.by,
    person: value.person,
    name: parts.name(value.person),
    at: value.at,
    total: compiled ? score(compiled, { ...answers, [check]: value.value as Answer }).total : null,
    pickable: value.person !== parts.person || authors.size === 1,
  }))
}

function conflictsOf(parts: ViewParts, findings: Map<string, Row<'finding'>>, answers: Answers): Conflict[] {
  const conflicts: Conflict[] = []
  for (const finding of findings.values()) {
    for (const [path, values] of Object.entries(finding.open ?? {})) {
      if (!path.startsWith('checks.')) continue
      const check = path.slice(7)
      const choices = choicesOf(parts, check, values, answers)
      conflicts.push({ inspection: parts.inspection.id, item: finding.item, check, choices })
    }
  }
  return conflicts
}

/** The state of something with photos: what the server has is complete once every picture that is wanted has come. */
function withPhotos(own: Whereabouts, photos: PhotoView[]): Whereabouts {
  const wanted = photos.filter(({ photo }) => !photo.retracted && !photo.waived).map(({ state }) => state)
  const base = own === 'server' ? 'full' : own
  return worst([base, ...wanted])
}

const isCrew = (inspection: Row<'inspection'>, person: string) =>
  inspection.lead === person || inspection.members[person] === true

/** Puts the view together. */
export function inspectionView(parts: ViewParts): InspectionView {
  const { inspection, work, edition, person, over } = parts
  const rows = findingRows(parts.rows, parts.inspection.id)
  const photos = photoViews(parts, new Map([...rows.values()].map((row) => [row.id, row.item])))
  const photographers = new Set(photos.flatMap(({ photo }) => (photo.author ? [photo.author] : [])))
  const at: Circumstances = { person, over, inspection, photographers }
  const items = new Set([...(edition?.compiled.items.keys() ?? []), ...rows.keys()])
  const findings = new Map(
    [...items].map((item): [string, FindingView] => {
      const row = rows.get(item)
      const id = row?.id ?? findingId(inspection.id, item)
      const own = photos.filter((photo) => photo.item === item)
      const state = row ? withPhotos(stateOf(work, 'finding', id, row), own) : 'full'
      return [item, { id, item, row, editable: mayEdit(at, row), state, photos: own }]
    }),
  )
  const answers = answersOf(rows.values(), edition?.compiled)
  const readable = isCrew(inspection, person) || over('supervisor') || over('manager')
  const told = inspection.score as unknown as Score | null
  const states = [...findings.values()].filter(({ row }) => row).map(({ state }) => state)
  return {
    id: inspection.id,
    inspection,
    branch: parts.branch,
    edition,
    findings,
    answers,
    readable,
    score: edition && readable ? score(edition.compiled, answers) : told,
    photos,
    conflicts: conflictsOf(parts, rows, answers),
    state: withPhotos(worst([stateOf(work, 'inspection', inspection.id, inspection), ...states]), photos),
    checkState: (item, check) =>
      stateOf(work, 'finding', findingId(inspection.id, item), rows.get(item), `checks.${check}`),
    seen: parts.seen,
    editable:
      (EDITABLE.includes(inspection.status) && mayEdit(at, undefined)) ||
      [...rows.values()].some((row) => mayEdit(at, row)),
    refusal: (act, photo) => refusalOf(act, photo ? { ...at, photo } : at),
  }
}
