/** What is loaded together the first time a label matters. */
export { LabelSheet } from './LabelSheet.tsx'
export { ScannedScreen } from './ScannedScreen.tsx'
export { ScanScreen } from './ScanScreen.tsx'
