import { BranchesScreen } from '../branches/BranchesScreen.tsx'
import { BranchScreen } from '../branches/BranchScreen.tsx'
import { InspectionScreen } from '../inspections/InspectionScreen.tsx'
import { ItemScreen } from '../inspections/ItemScreen.tsx'
import { MeScreen } from '../people/MeScreen.tsx'
import { SignInScreen } from '../people/SignInScreen.tsx'
import { match } from '../router.ts'
import { SyncScreen } from '../sync/SyncScreen.tsx'
import { TodayScreen } from '../tasks/TodayScreen.tsx'
import { Lost } from './Lost.tsx'
import { later } from './later.tsx'
import { homeOf } from './tabs.ts'

type Draw = (at: (name: string) => string, place: string) => preact.VNode

/** Parts that not everybody needs come later, each in a file of its own. */
const Desk = later(async () => (await import('../desk/DeskScreen.tsx')).DeskScreen)
const Visits = later(async () => (await import('../visits/VisitsScreen.tsx')).VisitsScreen)
const NewVisit = later(async () => (await import('../visits/NewVisitScreen.tsx')).NewVisitScreen)
const Visit = later(async () => (await import('../visits/VisitScreen.tsx')).VisitScreen)
const Heard = later(async () => (await import('../visits/HeardScreen.tsx')).HeardScreen)
const Customers = later(async () => (await import('../customers/CustomersScreen.tsx')).CustomersScreen)
const Customer = later(async () => (await import('../customers/CustomerScreen.tsx')).CustomerScreen)
const Conflict = later(async () => (await import('../conflicts/ConflictScreen.tsx')).ConflictScreen)
const Conflicts = later(async () => (await import('../conflicts/ConflictsScreen.tsx')).ConflictsScreen)
const History = later(async () => (await import('../conflicts/HistoryScreen.tsx')).HistoryScreen)
const Review = later(async () => (await import('../reviews/ReviewScreen.tsx')).ReviewScreen)
const Proof = later(async () => (await import('../evidence/ProofScreen.tsx')).ProofScreen)
const Held = later(async () => (await import('../settle/HeldScreen.tsx')).HeldScreen)
const Rescue = later(async () => (await import('../rescue/RescueScreen.tsx')).RescueScreen)
const Scan = later(async () => (await import('../branches/scan/parts.ts')).ScanScreen)
const Scanned = later(async () => (await import('../branches/scan/parts.ts')).ScannedScreen)

/** Every place of the app. `key={place}`: a screen begins anew when its place changes. */
const ROUTES: readonly [pattern: string, draw: Draw][] = [
  ['/today', () => <TodayScreen />],
  ['/branches', () => <BranchesScreen />],
  ['/branches/:id', (at, place) => <BranchScreen id={at('id')} key={place} />],
  ['/scan', () => <Scan />],
  ['/b/:token', (at, place) => <Scanned token={at('token')} key={place} />],
  ['/inspections/:id', (at, place) => <InspectionScreen id={at('id')} key={place} />],
  ['/inspections/:id/proof', (at, place) => <Proof id={at('id')} key={place} />],
  ['/inspections/:id/:item', (at) => <ItemScreen id={at('id')} item={at('item')} key={at('id')} />],
  [
    '/inspections/:id/:item/:check',
    (at, place) => <Conflict id={at('id')} item={at('item')} check={at('check')} key={place} />,
  ],
  ['/conflicts', () => <Conflicts />],
  ['/history/:type/:id', (at, place) => <History type={at('type')} id={at('id')} key={place} />],
  ['/visits', () => <Visits home={homeOf() === '/visits'} />],
  ['/visits/new', (_, place) => <NewVisit key={place} />],
  ['/visits/:id', (at, place) => <Visit id={at('id')} key={place} />],
  ['/visits/:id/customer', (at, place) => <NewVisit instead={at('id')} key={place} />],
  ['/heard', () => <Heard />],
  ['/heard/:id', (at) => <Heard id={at('id')} />],
  ['/customers', () => <Customers />],
  ['/customers/:id', (at, place) => <Customer id={at('id')} key={place} />],
  ['/review', () => <Review />],
  ['/review/:id', (at) => <Review id={at('id')} />],
  ['/held', () => <Held />],
  ['/held/:key', (at) => <Held bundle={at('key')} />],
  ['/desk', () => <Desk />],
  ['/desk/:part', (at) => <Desk part={at('part')} />],
  ['/desk/:part/:id', (at) => <Desk part={at('part')} id={at('id')} />],
  ['/sync', () => <SyncScreen />],
  ['/rescue', () => <Rescue />],
  ['/me', () => <MeScreen />],
  ['/sign-in', () => <SignInScreen />],
]

/** The screen that stands at a place. */
export function screenOf(place: string): preact.VNode {
  for (const [pattern, draw] of ROUTES) {
    const found = match(pattern, place)
    if (found && Object.values(found).every(Boolean)) return draw((name) => found[name] ?? '', place)
  }
  return <Lost />
}
