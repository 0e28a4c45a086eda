import { store } from '../database/open.ts'

/** Fetches what keeps and signs a photo while the person still aims. Without it, it comes with the first photo. */
export const warm = (): void =>
  void Promise.all([import('../photos/acts.ts'), import('../photos/proof/prove.ts')])
    .then(([, { readyToProve }]) => readyToProve(store()))
    .catch(() => undefined)
