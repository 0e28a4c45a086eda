import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

/** Puts the icon set into index.html, so that every icon is there with the first paint. */
export function sprite(file: string): Plugin {
  return {
    name: 'xunfang:sprite',
    transformIndexHtml: (html) =>
      html.replace('<!-- icons -->', () => readFileSync(file, 'utf8').replace(/>\s+</g, '><').trim()),
  }
}
