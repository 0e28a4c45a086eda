// What the npm client does with a file: node tus_js.mjs TUS_MODULE ENDPOINT FILE METADATA_JSON PART [URL]
// Prints "url …" once it has one, "at …" for each offset the server confirmed, and "done" or "failed …" at the end.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [client, endpoint, file, metadata, part, url] = process.argv.slice(2)
const { Upload } = createRequire(import.meta.url)(client)
const upload = new Upload(readFileSync(file), {
  endpoint,
  uploadUrl: url,
  chunkSize: Number(part),
  metadata: JSON.parse(metadata),
  headers: { 'X-Person': 'ann' },
  retryDelays: Array(400).fill(250),
  onUploadUrlAvailable: () => console.log(`url ${upload.url}`),
  onChunkComplete: (_, confirmed) => console.log(`at ${confirmed}`),
  onSuccess: () => console.log('done'),
  onError: (error) => {
    console.log(`failed ${error.originalResponse?.getStatus()}`)
    process.exitCode = 1
  },
})
upload.start()
