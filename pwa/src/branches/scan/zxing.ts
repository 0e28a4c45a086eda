/** zxing as WebAssembly, from our own server; the service worker keeps it for where there is no signal. */

import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader'
import address from 'zxing-wasm/reader/zxing_reader.wasm?url'

prepareZXingModule({ overrides: { locateFile: () => address } })

const OPTIONS: ReaderOptions = { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 }

export async function readText(picture: ImageData): Promise<string | null> {
  const [found] = await readBarcodes(picture, OPTIONS)
  return found?.text || null
}
