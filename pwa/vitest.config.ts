import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import app from './vite.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The tests mirror the code from outside this folder.
export default mergeConfig(app, {
  server: { fs: { allow: [here('..')] } },
  // a limit is there to end what hangs, not to time: the machine may be busy with other things
  test: { setupFiles: [here('../tests/pwa/setup.ts')], testTimeout: 60_000, hookTimeout: 60_000 },
})
