import type { Row } from '../core/rows.ts'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import './Evidence.css'
import {
  alikeOf,
  alikeWords,
  appOf,
  clockWords,
  coordinates,
  fixWords,
  hintsOf,
  hintWords,
  placeWords,
  secondsOf,
  shortPrint,
  signedOf,
  signedWords,
  trueTime,
} from './facts.ts'
import { say } from './say.ts'
import { Verify } from './Verify.tsx'

/** A photo, and the words around it that its record does not hold. */
export interface About {
  photo: Row<'photo'>
  branch: Row<'branch'> | undefined
  who: (person: string | null) => string
  /** What it shows, in words. */
  what: string
}

/** Why one should look twice at a photo. It blocks nothing. */
export function Hints({ photo, branch }: Pick<About, 'photo' | 'branch'>) {
  const words = hintsOf(photo)
    .map((hint) => hintWords(hint, photo, branch))
    .filter(Boolean)
  if (words.length === 0) return null
  return (
    <section class="ev-hints">
      <h3>
        <Icon name="eye" />
        {say('lookTwice')}
      </h3>
      <ul>
        {words.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <p class="tiny">{say('onlyHints')}</p>
    </section>
  )
}

function Place({ photo, branch }: Pick<About, 'photo' | 'branch'>) {
  return (
    <dd class="n">
      {placeWords(photo, branch)}
      {photo.position && (
        <span class="ev-more">
          {fixWords(photo)}
          <br />
          {coordinates(photo)}
        </span>
      )}
    </dd>
  )
}

/** What a photo's record and its signature say of it. */
export function PhotoFacts({ photo, branch, who }: About) {
  const at = trueTime(photo)
  const app = appOf(photo)
  return (
    <div class="ev">
      <dl class="kv facts">
        <dt>{say('taken')}</dt>
        <dd class="n">
          {moment(at, Date.now())}
          {secondsOf(at)}
          {t('comma')}
          {clockWords(photo)}
        </dd>
        <dt>{say('place')}</dt>
        <Place photo={photo} branch={branch} />
        <dt>{say('source')}</dt>
        <dd>
          {photo.source === 'camera' ? say('sourceCamera') : say('sourceGallery')}
          {t('comma')}
          {say('takenBy', { who: who(photo.author) })}
          {app && <span class="ev-more">{`${say('app')} ${app}`}</span>}
        </dd>
        <dt>{say('alike')}</dt>
        <dd>{alikeWords(alikeOf(photo))}</dd>
        <dt>{say('device')}</dt>
        <dd>{signedWords(signedOf(photo))}</dd>
        <dt>{say('fingerprint')}</dt>
        <dd>
          <Verify photo={photo} branch={branch} key={photo.id}>
            <code title={photo.sha256}>{shortPrint(photo.sha256)}</code>
          </Verify>
        </dd>
      </dl>
      <Hints photo={photo} branch={branch} />
    </div>
  )
}
