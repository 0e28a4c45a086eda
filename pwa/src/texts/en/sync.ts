import type { Twin } from '../part.ts'
import type { sync as zh } from '../zh/sync.ts'
import { several, work } from './words.ts'

export const sync: Twin<typeof zh> = {
  // what asks for a person
  refused: (p) => `Not accepted: ${p.what}`,
  forYou: 'For you',
  stillHere: 'still on this phone',
  openIt: 'Open and change it',
  resend: 'Send again as it is',
  keepIt: 'Export it',
  kept: 'Exported to your downloads',
  discard: 'Drop it',
  discardAsk: 'It cannot be brought back',
  discarded: 'Dropped',
  resent: 'Queued again; sent with the next signal',
  atTime: (p) => `from ${p.when}`,
  allQuiet: 'Nothing for you to do',
  allQuietText: 'What the server did not accept, and what two people judged differently, appears here.',
  badPhotoTitle: 'The server cannot open this photo',
  nowIs: (p) => `This inspection is now: ${p.status}.`,
  forSupervisor: 'With the supervisor',
  canLeave: 'Changing or handing in this phone',
  mayLeave: 'You may change it or hand it in',
  mayLeaveText:
    'The server has everything you did; sign in on another phone and go on. Sign out here before you hand it in.',
  leaveNow: 'Go and sign out',
  stay: 'Not yet',
  stayOnly: (p) => `${work(p)} on this phone alone, not on the server yet.`,
  stayRefused: (p) =>
    `${several(p.n, 'thing')} not accepted by the server, on this phone alone: change, send again, export or drop.`,
  stayLost: (p) => `${several(p.n, 'photo')} the server does not have: take again first.`,
  stayOthers: (p) =>
    `Somebody else has unsent work on this phone: ${work(p)}. Let them sign in and send it before it is handed in.`,
  stayChecking: 'Checking, one moment.',
  staySignIn: 'Sign in first: it has to be checked with the server.',
  stayPassword: 'Choose a password of your own first: it has to be checked with the server.',

  // what waits, and the room for more
  waiting: 'To be sent',
  waitingForSignal: 'Waiting for signal',
  waits: (p) => `${p.kind} · on this phone: ${work(p)}`,
  andMore: (p) => `and ${p.n} more`,
  pictures: 'Sending photos',
  picturesLeft: (p) => `${several(p.n, 'photo')} not all there yet, ${p.previews} of them as preview`,
  picturesWhen: 'When to send full pictures',
  picturesAlways: 'Any network',
  picturesWifi: 'Wi-Fi only',
  picturesHold: 'Not now',
  picturesHeld:
    'Previews still go, so the supervisor can look. Full pictures stay on this phone until you choose “Any network”.',
  picturesWaitWifi: 'Previews still go, so the supervisor can look. Full pictures wait for Wi-Fi.',
  pictureNow: (p) => `${p.done} of ${p.of} has arrived`,
  picturePreview: 'Preview not there yet',
  pictureWaits: 'Preview there, full picture not yet',
  pictureHeld: 'Preview there, full picture held back',
  pictureAsked: 'The supervisor waits for it: it goes first',
  pictureAskedHeld: 'The supervisor waits for it; full picture held back',
  picturesAsked: (p) => `The supervisor waits for ${several(p.n, 'full picture')}`,
  picturesAskedGo: (p) => `Send ${p.n === 1 ? 'it' : `these ${p.n}`} now (${p.size})`,
  picturesAskedFirst: 'These go first, right after the previews.',
  pictureAgain: (p) => `Did not get through, next try ${p.time}`,
  pictureAt: (p) => `Taken ${p.when}`,
  pictureMore: (p) => `and ${p.n} more`,
  room: 'Storage on this phone',
  roomLeft: (p) => `${p.left} left, about ${several(p.photos, 'photo')}`,
  roomUsed: (p) => `${p.used} used by Xunfang`,
  roomKept: 'The browser has promised to keep what is here.',
  roomNotKept:
    'The browser has not promised to keep it, and may clear it when space runs short. Installing Xunfang on the home screen is safer.',
}
