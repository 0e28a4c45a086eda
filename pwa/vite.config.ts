import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { sprite } from './scripts/sprite.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What is fetched when it is first needed; everything else of ours is the first start, in one file. */
const LATER =
  /\/src\/(branches\/scan|camera(?!\/may\b)|desk|evidence|markup|rescue|reviews|signature|viewer|visits|customers|comments|settle|conflicts)\/|\/src\/contract\/(initials|targets)|\/src\/inspections\/(answerWords|Sheets|SubmitSheet)\b|\/src\/photos\/(Shots|CheckViewer|acts|darkroom|develop|proof)\b|\/src\/core\/(deductions|sha256Plain)\b|\/src\/ui\/(modal|tried)\b|\/src\/ui\/ConflictCards|\/src\/sync\/(drawn|here|live|others|tus|uploads|wipe|room|say|keepWork|parts|PicturesCard|SyncMore|ForYou|WorkSheet)\b|\.worker|\/src\/texts\/(en\b|zh\/(camera|conflicts|desk|evidence|labels|markup|rescue|reviews|settle|signature|sync|viewer|visits))/
const isFirst = (id: string) => id.includes('/pwa/src/') && !LATER.test(id)

/** Tests live beside the server's, outside this folder: their packages are looked up from here. */
const testsResolveHere: Plugin = {
  name: 'xunfang:tests-resolve-here',
  enforce: 'pre',
  resolveId(id, importer) {
    if (!importer?.includes('/tests/pwa/') || /^[./\0]/.test(id)) return null
    return this.resolve(id, here('src/main.tsx'), { skipSelf: true })
  },
}

export default defineConfig({
  plugins: [
    testsResolveHere,
    sprite(here('src/ui/icons.svg')),
    preact(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/worker',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: { globPatterns: ['**/*.{html,js,css,svg,png,webmanifest,wasm}'], rollupFormat: 'iife' },
    }),
  ],
  build: {
    target: 'chrome100',
    cssTarget: 'chrome100',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // vendors change rarely: apart from our code they stay in the cache over a release
        codeSplitting: {
          // our first start likewise: shared pieces of their own would bring styles before the order of the layers
          groups: [
            { name: 'vendor', test: /node_modules\/(preact|@preact|dexie)\// },
            { name: 'app', test: isFirst },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  // the server compares Origin and Host, so the proxy leaves the host as the browser named it
  server: { proxy: { '/api': { target: process.env['XUNFANG_API'] ?? 'http://127.0.0.1:8000', changeOrigin: false } } },
  test: {
    dir: here('../tests/pwa'),
    include: ['**/*.test.{ts,tsx}'],
    environment: 'happy-dom',
    restoreMocks: true,
  },
})
