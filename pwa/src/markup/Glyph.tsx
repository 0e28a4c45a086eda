import type { Shape } from './geometry.ts'

const LINES: Readonly<Record<Shape | 'redo', string>> = {
  circle: 'M12 5.5c5 0 9 2.9 9 6.5s-4 6.5-9 6.5-9-2.9-9-6.5 4-6.5 9-6.5z',
  arrow: 'M4.5 19.5L19 5M10 5h9v9',
  text: 'M5 7.5V5h14v2.5M12 5v14M9 19h6',
  blur: 'M4 6h16v12H4zM4 14l8-8M6 18L18 6M12 18l8-8',
  redo: 'M15.5 5l4 4-4 4M19.2 9h-9a5.4 5.4 0 0 0 0 10.8H15',
}

/** An icon of the tools; always beside a word or in a labelled button, hence hidden from readers. */
export const Glyph = ({ name }: { name: Shape | 'redo' }) => (
  <svg class="i" aria-hidden="true" viewBox="0 0 24 24">
    <path d={LINES[name]} />
  </svg>
)
