/** Vectors of kind `scoring`: answers and a third-party score against a standard, named or whole. */
import { readdirSync, readFileSync } from 'node:fs'
import { type Answers, compile, type StandardContent, score } from '../src/core/scoring.ts'
import { isObject, type Json, type JsonObject, type Run } from './json.ts'

const SHIPPED = new URL('../../sync/standards/', import.meta.url)

/** A whole edition, or the shipped one of that code. */
export function standardOf(standard: Json | undefined): StandardContent {
  // The scorer reads an edition with distrust: what is no edition is refused there.
  if (isObject(standard)) return standard as unknown as StandardContent
  if (typeof standard !== 'string' || !readdirSync(SHIPPED).includes(`${standard}.json`)) {
    throw new Error(`unknown standard ${JSON.stringify(standard)}`)
  }
  return JSON.parse(readFileSync(new URL(`${standard}.json`, SHIPPED), 'utf8')) as StandardContent
}

export function openScoring(content: JsonObject): Run {
  const standard = compile(standardOf(content['standard']))
  return (vector) => {
    if (!isObject(vector['answers'])) throw new Error('holds no answers')
    return score(standard, vector['answers'] as unknown as Answers, (vector['third_party'] ?? null) as number | null)
  }
}
