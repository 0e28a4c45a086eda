import { render } from 'preact'
import './ui/tokens.css'
import './ui/base.css'
import { openSession } from './people/session.ts'
import { comeBack } from './photos/expected.ts'
import { App } from './shell/App.tsx'
import { startSync } from './sync/start.ts'
import { wearFace } from './ui/face.ts'
import { answerFingers } from './ui/press.ts'
import { registerWorker } from './worker/register.ts'

wearFace()
answerFingers()
openSession()
comeBack()
const root = document.getElementById('app')
if (root) render(<App />, root)
startSync()
if (import.meta.env.PROD) registerWorker()
