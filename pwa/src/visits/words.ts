import type { Visit } from '../contract/records.ts'
import { masked } from '../customers/mask.ts'
import type { Standing } from './heard.ts'
import { say } from './say.ts'

export const KINDS = ['visit', 'ride_along', 'en_route', 'reception', 'card'] as const
export const RESULTS = ['met', 'left_word', 'not_met'] as const
/** What the words of satisfaction are in points. */
export const PLEASED = [100, 90, 70, 40, 0] as const
export const TOPICS = ['misdelivery', 'non_delivery', 'timeliness', 'attitude', 'tariff', 'other'] as const

export type Topic = (typeof TOPICS)[number]

export function kindWord(kind: Visit['kind']): string {
  const words = {
    visit: say('kindVisit'),
    ride_along: say('kindRideAlong'),
    en_route: say('kindEnRoute'),
    reception: say('kindReception'),
    card: say('kindCard'),
  }
  return words[kind]
}

export function resultWord(result: NonNullable<Visit['result']>): string {
  const words = { met: say('resultMet'), left_word: say('resultLeftWord'), not_met: say('resultNotMet') }
  return words[result]
}

/** The word for points: of the five, the one that is nearest. */
export function pleasedWord(points: number): string {
  if (points >= 95) return say('pleased100')
  if (points >= 80) return say('pleased90')
  if (points >= 55) return say('pleased70')
  return points >= 20 ? say('pleased40') : say('pleased0')
}

export function topicWord(topic: Topic): string {
  const words = {
    misdelivery: say('topicMisdelivery'),
    non_delivery: say('topicNonDelivery'),
    timeliness: say('topicTimeliness'),
    attitude: say('topicAttitude'),
    tariff: say('topicTariff'),
    other: say('topicOther'),
  }
  return words[topic]
}

export function statusWord(visit: Visit, corrected: boolean): string {
  if (visit.status === 'void') return say('statusVoid')
  if (corrected) return say('statusCorrected')
  return visit.status === 'draft' ? say('statusDraft') : say('statusClosed')
}

export function standingWord(standing: Standing): string {
  const words = {
    waiting: say('heardWaiting'),
    ordered: say('heardOrdered'),
    checked: say('heardChecked'),
    dealt: say('heardDealt'),
  }
  return words[standing]
}

const MOBILE = /(^|\D)(1[3-9]\d(?:[ -]?\d{4}){2})(?!\d)/g
const LANDLINE = /(^|\D)(0\d{2,3}[ -]?\d{3,4}[ -]?\d{4})(?!\d)/g

/** Somebody's words with the telephone numbers in them masked; numbers of items stay, for they are what it is about. */
export function hidden(words: string): string {
  const mask = (_: string, before: string, number: string) => before + masked(number)
  return words.replace(MOBILE, mask).replace(LANDLINE, mask)
}

/** The local midnight of `2026-11-23`. */
export function timeOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date).getTime()
}
