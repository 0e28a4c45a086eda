import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import app from './vite.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The tests mirror the code from outside this folder.
export default mergeConfig(app, {
  server: { fs: { allow: [here('..')] } },
  test: { setupFiles: [here('../tests/pwa/setup.ts')] },
})
