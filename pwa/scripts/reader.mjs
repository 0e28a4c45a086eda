// Copies the API reader beside the build: /api/schema shows the API without any outside network. Not precached.
import { copyFileSync, mkdirSync } from 'node:fs'

const from = new URL('../node_modules/swagger-ui-dist/', import.meta.url)
const to = new URL('../dist/reader/', import.meta.url)
mkdirSync(to, { recursive: true })
for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE'])
  copyFileSync(new URL(name, from), new URL(name, to))
