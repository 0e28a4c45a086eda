import { liveQuery } from 'dexie'
import { useEffect, useState } from 'preact/hooks'
import { version } from '../../package.json'
import { store } from '../database/open.ts'
import { back } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { size } from '../texts/format.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Banner, Empty, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Dock } from '../ui/VerdictDock.tsx'
import { madeUpCode } from './container.ts'
import { canShare, save, share } from './handing.ts'
import { type Lot, lotOf, lotToCarry, type Made, makeFile, nameOf } from './making.ts'
import './rescue.css'
import { say } from './say.ts'

type Way = 'office' | 'code'

interface Ready extends Made {
  name: string
  code: string | null
}

function Inside({ lot }: { lot: Lot }) {
  const rows = [
    [say('changes'), lot.changes.length],
    [say('refused'), lot.refused.length],
    [say('photos'), lot.photos],
    [say('bytes'), size(lot.bytes + 300 * (lot.changes.length + lot.kept.length + lot.refused.length))],
  ] as const
  return (
    <dl class="card card-pad rescue-kv n">
      {rows.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Ways({ lot, way, choose }: { lot: Lot; way: Way; choose: (way: Way) => void }) {
  if (!lot.keys) {
    return (
      <Banner tone="warn" icon="lock" title={say('noKeys')}>
        {say('noKeysText')}
      </Banner>
    )
  }
  return (
    <>
      <Segment<Way>
        label={say('how')}
        choices={[
          { value: 'office', word: say('office') },
          { value: 'code', word: say('byCode') },
        ]}
        chosen={way}
        onChoose={choose}
      />
      <p class="hint">{say(way === 'office' ? 'officeMeans' : 'codeMeans')}</p>
    </>
  )
}

function Next() {
  return (
    <>
      <div class="sec">
        <h2>{say('next')}</h2>
      </div>
      <ol class="card card-pad rescue-next">
        <li>{say('next1')}</li>
        <li>{say('next2')}</li>
        <li>{say('next3')}</li>
      </ol>
      <p class="hint">{say('unchanged')}</p>
    </>
  )
}

function Done({ ready }: { ready: Ready }) {
  return (
    <section class="card card-pad gap" role="status">
      <p class="row-t">
        <Icon name="ok-circle" /> {say('made')}
      </p>
      <p class="row-s n rescue-name">{say('madeLine', { name: ready.name, size: size(ready.file.size) })}</p>
      {ready.missing > 0 && <p class="hint c-warn">{say('lostPhotos', { n: ready.missing })}</p>}
      {ready.code && (
        <div class="rescue-code">
          <p class="legend">{say('code')}</p>
          <p class="rescue-letters">{ready.code}</p>
          <p class="hint">{say('codeKeep')}</p>
        </div>
      )}
    </section>
  )
}

function Hand({ ready, onAgain }: { ready: Ready; onAgain: () => void }) {
  const { file, name } = ready
  const shares = canShare(file, name)
  const keep = () => {
    save(file, name)
    toast(say('saved'))
  }
  return (
    <div class="stack gap">
      <button type="button" class={shares ? 'btn btn-line btn-l btn-full' : 'btn btn-go btn-l btn-full'} onClick={keep}>
        <Icon name="download" />
        {say('save')}
      </button>
      {shares && (
        <button type="button" class="btn btn-go btn-l btn-full" onClick={() => void share(file, name)}>
          <Icon name="st-send" />
          {say('share')}
        </button>
      )}
      <button type="button" class="btn btn-text" onClick={onAgain}>
        {say('again')}
      </button>
    </div>
  )
}

/** How far the making is: `null` while nothing is being made. */
function useMaking(lot: Lot | null | undefined, way: Way) {
  const [far, setFar] = useState<number | null>(null)
  const [ready, setReady] = useState<Ready | null>(null)
  const [failed, setFailed] = useState(false)
  const make = useOnce(async () => {
    if (!lot) return
    setFailed(false)
    setFar(0)
    const code = way === 'code' || !lot.keys ? madeUpCode() : null
    try {
      const made = await makeFile(store(), await lotToCarry(store()), code, version, (done, all) =>
        setFar(all ? done / all : 1),
      )
      setReady({ ...made, code, name: nameOf(lot.device, Date.now()) })
    } catch (problem) {
      console.warn('no rescue file', problem)
      setFailed(true)
    }
    setFar(null)
  })
  return { far, ready, failed, make, forget: () => setReady(null) }
}

/** Work that cannot be sent goes into a file, for the office; it stays on the phone all the same. */
export function RescueScreen() {
  const [lot, setLot] = useState<Lot | null>()
  const [way, choose] = useState<Way>('office')
  const { far, ready, failed, make, forget } = useMaking(lot, way)
  useEffect(() => {
    // whatever of the outbox changes, and when the keys come
    const following = liveQuery(() => lotOf(store())).subscribe({ next: setLot, error: () => setLot(null) })
    return () => following.unsubscribe()
  }, [])
  const empty = lot && lot.changes.length + lot.refused.length + lot.photos === 0
  const secure = typeof crypto.subtle?.encrypt === 'function'
  return (
    <Screen
      title={say('title')}
      line={say('line')}
      onBack={back}
      dock={
        lot && !empty && secure && !ready ? (
          <Dock>
            <div class="dock-a">
              <button type="button" class="btn btn-go btn-l" aria-disabled={far !== null} onClick={() => make()}>
                {far === null ? say('make') : say('making', { percent: Math.floor(far * 100) })}
              </button>
            </div>
          </Dock>
        ) : undefined
      }
    >
      {!secure && (
        <Banner tone="warn" icon="lock" title={say('insecure')}>
          {say('insecureText')}
        </Banner>
      )}
      {(failed || lot === null) && (
        <div role="alert">
          <Banner tone="fail" icon="st-refused" title={say('failed')}>
            {say('failedText')}
          </Banner>
        </div>
      )}
      {empty && !ready && (
        <>
          <Empty icon="check" title={say('nothing')}>
            <p class="small dim">{say('nothingText')}</p>
          </Empty>
          {lot.keys ? (
            <p class="hint mid">{say('hasKeys')}</p>
          ) : (
            <Banner icon="lock" title={say('noKeys')}>
              {say('keysText')}
            </Banner>
          )}
        </>
      )}
      {lot && (ready || !empty) && (
        <>
          {ready ? (
            <>
              <Done ready={ready} />
              <Hand ready={ready} onAgain={forget} />
            </>
          ) : (
            <>
              <div class="sec">
                <h2>{say('inside')}</h2>
              </div>
              <Inside lot={lot} />
              <div class="sec">
                <h2>{say('how')}</h2>
              </div>
              <Ways lot={lot} way={way} choose={choose} />
            </>
          )}
          <Next />
        </>
      )}
    </Screen>
  )
}
