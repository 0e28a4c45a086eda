import { useRef, useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import type { Add } from '../photos/adding.ts'
import { Shots } from '../photos/Shots.tsx'
import { recent } from '../texts/format.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import '../ui/CheckRow.css'
import { Field } from '../ui/Field.tsx'
import { useOnce } from '../ui/once.ts'
import { StateWord } from '../ui/StateWord.tsx'
import { say } from '../visits/say.ts'
import '../visits/visits.css'
import { comment, commentWithPhoto, type Place } from './acts.ts'
import { type CommentEntry, threadOf } from './queries.ts'

/** One remark, with its photos. */
export function Said({ entry }: { entry: CommentEntry }) {
  const { comment: row, who, state } = entry
  return (
    <li class="said said--thread">
      <p class="split-wrap">
        <b>{who || say('somebody')}</b>
        <span class="faint tiny n">{recent(row.at, Date.now())}</span>
        {entry.mine && (
          <span class="end">
            <StateWord state={state} />
          </span>
        )}
      </p>
      <p>{row.text}</p>
      <Shots photos={entry.photos} what={say('commentPhoto')} />
    </li>
  )
}

/** What people say below an inspection, a finding or a visit, with photos for an answer. */
export function Thread({ of, root }: Place) {
  const place = { of, root }
  const said = useLive(() => threadOf(place), [of.type, of.id, root])
  const [words, setWords] = useState('')
  // of several quick photos the first alone takes the words along: what was drawn is a step behind that
  const written = useRef('')
  const write = (now: string) => {
    written.current = now
    setWords(now)
  }
  const send = useOnce(async () => {
    const text = words.trim()
    if (!text) return
    await comment(place, text)
    write('')
  })
  const withPhoto: Add = async (picture, how) => {
    const text = written.current.trim()
    write('')
    try {
      await commentWithPhoto(place, text || say('seePhoto'), picture, how)
    } catch (problem) {
      if (!written.current) write(text)
      throw problem
    }
  }
  if (!said) return null
  return (
    <section aria-label={say('comments')}>
      <div class="sec">
        <h2>{say('comments')}</h2>
        {said.length === 0 && <span class="more">{say('noComments')}</span>}
      </div>
      <ul class="thread">
        {said.map((entry) => (
          <Said entry={entry} key={entry.comment.id} />
        ))}
      </ul>
      <div class="gap">
        <Field label={say('writeComment')} hint={say('commentHint')} rows={2} value={words} onInput={write} />
        <Shots photos={[]} what={say('photoAnswer')} onAdd={withPhoto} />
        {words.trim() && (
          <button type="button" class="btn btn-go btn-full gap" onClick={() => send()}>
            {say('send')}
          </button>
        )}
      </div>
    </section>
  )
}
