import type { Twin } from '../part.ts'
import type { camera as zh } from '../zh/camera.ts'

export const camera: Twin<typeof zh> = {
  label: (p) => `Take a photo: ${p.what}`,
  finder: 'What the camera sees',
  opening: 'Opening the camera',
  shutter: 'Take photo',
  light: 'Light',
  zoom: 'Zoom',
  zoomBy: (p) => `${p.by}×`,
  done: 'Done',
  doneSaved: (p) => `Done, ${p.n} saved`,
  ownCamera: 'Phone camera',
  gallery: 'Gallery',
  whichCheck: (p) =>
    p.photos > 0
      ? `Check ${p.n} of ${p.of} · ${p.photos} ${p.photos === 1 ? 'photo' : 'photos'}`
      : `Check ${p.n} of ${p.of} · no photo yet`,
  previousCheck: 'Previous check',
  nextCheck: 'Next check',
  saving: 'Saving',
  saved: (p) => `Saved on phone, ${p.n} here`,
  lastShot: 'The last one, saved on phone',
  privacy: 'No mail faces, no customer papers',
  room: (p) => `room for about ${p.n}`,
  roomFew: (p) => `room for only about ${p.n}`,
  fullTitle: 'The phone is nearly full: take no photo yet',
  fullText: 'Delete photos, videos or apps you do not need. What you took is safe; once sent, it also makes room here.',
  awayFrom: (p) => `${p.distance} from the branch, ±${p.off}`,
  farAway: (p) => `${p.distance} from branch (±${p.off}): noted`,
  placed: (p) => `Position known, ±${p.off}`,
  oldPlace: (p) => `Position is ${p.span} old: noted on the photo`,
  looking: 'Finding the position',
  unasked: 'Position not allowed yet',
  noPlace: 'No position: noted on the photo',
  placeWhy: 'Allow the position, and each photo tells where it was taken. You can also take photos without it.',
  allowPlace: 'Allow position',
  placeLater: 'Not now',
  placeDenied:
    'No position: photos will say so. To add it, allow the position in the site settings of the address bar or in the phone’s settings. You can go on taking photos.',
  placeRead: 'Understood',
  denied: 'No permission for the camera',
  deniedText:
    'Allow the camera in the phone’s settings or the address bar, then try again. Or use the phone’s camera or gallery.',
  none: 'This device has no camera we can use',
  noneText: 'Use the phone’s own camera, or choose from the gallery.',
  busy: 'Another app is using the camera',
  busyText: 'Close that app and try again, or use the phone’s own camera.',
  insecure: 'No camera at this address',
  insecureText: 'Browsers give the camera to https addresses only. Use the phone’s own camera or the gallery.',
  tryAgain: 'Try again',
}
