import { getCustomer } from '../customers/queries.ts'
import { useLive } from '../database/live.ts'
import { personName } from '../people/queries.ts'
import { Shots } from '../photos/Shots.tsx'
import { problemText } from '../sync/problemText.ts'
import { day, distance, moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Card.css'
import { Banner } from '../ui/Notice.tsx'
import { StateWord } from '../ui/StateWord.tsx'
import type { VisitView } from './queries.ts'
import { say } from './say.ts'
import './visits.css'
import { hidden, kindWord, pleasedWord, resultWord, timeOf, topicWord } from './words.ts'

/** What became of the record, where that is more than "logged". */
function Marks({ view }: { view: VisitView }) {
  const { visit, corrected, refused } = view
  return (
    <>
      {refused && (
        <Banner tone="fail" icon="st-refused" title={say('refusedTitle', { why: problemText(refused) })}>
          {say('refusedText')}{' '}
          <a class="lnk" href="#/sync">
            {say('toSync')}
          </a>
        </Banner>
      )}
      {visit.status === 'void' && <Banner icon="na" title={say('voidedTitle')} />}
      {corrected && (
        <Banner icon="repeat" title={say('correctedTitle')}>
          <a class="lnk" href={`#/visits/${corrected.id}`}>
            {say('seeCorrection')}
          </a>
        </Banner>
      )}
      {visit.corrects && (
        <Banner icon="repeat" title={say('correctsOther')}>
          <a class="lnk" href={`#/visits/${visit.corrects}`}>
            {say('seeOriginal')}
          </a>
        </Banner>
      )}
    </>
  )
}

function factsOf(view: VisitView, who: string): [string, string | null][] {
  const { visit, card } = view
  const { satisfaction, topics, position, follow_up_on } = visit
  // who was told it has the number anyway
  const said = view.mine ? String : hidden
  return [
    [say('factKind'), kindWord(visit.kind)],
    [say('factWho'), who || say('somebody')],
    [say('factWhen'), moment(visit.started_at, Date.now())],
    [say('result'), visit.result && resultWord(visit.result)],
    [
      say('satisfied'),
      satisfaction === null ? null : say('pleasedPoints', { word: pleasedWord(satisfaction), points: satisfaction }),
    ],
    [say('factTopics'), topics?.length ? topics.map(topicWord).join(t('listComma')) : null],
    [say('needs'), visit.needs && said(visit.needs)],
    [say('complaint'), visit.complaint && said(visit.complaint)],
    [say('marketInfo'), visit.market_info],
    [say('factFollowUp'), follow_up_on && say('answerBy', { day: day(timeOf(follow_up_on)) })],
    [say('factCard'), card ? say('cardYes') : null],
    [say('route'), visit.route],
    [say('remark'), visit.remark],
    [say('factPlace'), position && say('placeKnown', { metres: distance(position.accuracy) })],
  ]
}

/** A visit as it was logged: never edited again. */
export function VisitFacts({ view }: { view: VisitView }) {
  const { visit } = view
  const customer = useLive(
    async () => (visit.customer ? ((await getCustomer(visit.customer)) ?? null) : null),
    [visit.customer],
  )
  const who = useLive(() => personName(visit.person ?? ''), [visit.person]) ?? ''
  return (
    <div class="form">
      <Marks view={view} />
      <section class="card card-pad">
        <p class="split-wrap">
          {customer && (
            <a class="lnk row-t" href={`#/customers/${customer.customer.id}`}>
              {customer.customer.name}
            </a>
          )}
          <span class="end">
            <StateWord state={view.state} />
          </span>
        </p>
        <dl class="kv gap">
          {factsOf(view, who).map(
            ([name, value]) =>
              value && (
                <>
                  <dt key={name}>{name}</dt>
                  <dd class="n" key={`${name}:`}>
                    {value}
                  </dd>
                </>
              ),
          )}
        </dl>
      </section>
      <Shots photos={view.photos} what={say('photoWhat')} />
    </div>
  )
}
