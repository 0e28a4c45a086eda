import type { Twin } from '../part.ts'
import type { password as zh } from '../zh/password.ts'

/** Choosing a password. */
export const password: Twin<typeof zh> = {
  change: 'Change password',
  changeMeans: 'Other devices must then sign in with the new one.',
  changed: 'Password changed',
  choose: 'Choose a password of your own',
  firstTitle: 'Choose a password of your own',
  firstText: 'The first one was given to you by somebody else and is good for this once.',
  old: 'Present password',
  fresh: 'New password',
  freshHint: 'At least 8 characters, neither the staff number nor the present password.',
  needOld: 'Write the present password first',
  needFresh: 'A new password has at least 8 characters',
  saving: 'Saving',
  save: 'Use the new password',
  offline: 'The server is out of reach. Changing a password needs a signal.',
}
