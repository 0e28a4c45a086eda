import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { follow } from './fingers.ts'
import { clamped, FITTED, fitIn, keyed, larger, type Size, smaller, wheeled, type Zoom } from './zoom.ts'

/** A wheel that was still for so long has stopped, ms. */
const WHEEL_RESTS = 140

export interface Zooming {
  frame: RefObject<HTMLDivElement>
  /** What is enlarged: it has the size of the fitted picture. */
  box: RefObject<HTMLDivElement>
  /** Told when a movement is over, not on its way. */
  scale: number
  larger: () => void
  smaller: () => void
  fit: () => void
  /** Whether the key meant something to the picture. */
  onKey: (key: string) => boolean
}

const sizeOf = (element: HTMLElement): Size => ({ width: element.clientWidth, height: element.clientHeight })

/** Lays the box on the screen, once a frame at most, and nothing but its transform: a cheap phone keeps up. */
class Layer {
  zoom: Zoom = FITTED
  private shift = 0
  private asked = 0
  private rest: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly frame: HTMLElement,
    private readonly box: HTMLElement,
    private readonly picture: Size,
    private readonly said: (scale: number) => void,
  ) {}

  /** Gives the box the size of the fitted picture. */
  measure(): void {
    const fitted = fitIn(sizeOf(this.frame), this.picture)
    this.box.style.width = `${fitted.width}px`
    this.box.style.height = `${fitted.height}px`
    this.lay(this.zoom, true)
  }

  /** A wheel does not say when it stops. */
  turn(zoom: Zoom): void {
    this.lay(zoom, false)
    this.rest = setTimeout(() => this.lay(this.zoom, true), WHEEL_RESTS)
  }

  lay(zoom: Zoom, settled: boolean): void {
    clearTimeout(this.rest)
    const frame = sizeOf(this.frame)
    this.zoom = clamped(zoom, frame, fitIn(frame, this.picture))
    this.draw(!settled)
    if (settled) this.said(this.zoom.scale)
  }

  drag(dx: number): void {
    this.shift = dx
    this.draw(dx !== 0)
  }

  private draw(moving: boolean): void {
    // a layer of its own only on the way: at rest it is drawn again, sharp
    this.box.classList.toggle('is-moving', moving)
    this.asked ||= requestAnimationFrame(() => {
      this.asked = 0
      const { scale, x, y } = this.zoom
      this.box.style.transform = `translate(${x + this.shift}px, ${y}px) scale(${scale})`
    })
  }

  end(): void {
    clearTimeout(this.rest)
    cancelAnimationFrame(this.asked)
  }
}

function onWheel(layer: Layer, event: WheelEvent): void {
  event.preventDefault()
  const box = layer.frame.getBoundingClientRect()
  const at = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 }
  // some mice count in lines
  const delta = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY
  layer.turn(wheeled(layer.zoom, delta, event.ctrlKey, at))
}

/** A picture that fingers, wheel, keys and buttons enlarge and move; `id` tells one picture from the next. */
export function useZoom(id: string, picture: Size, onStep: (by: -1 | 1) => void): Zooming {
  const frame = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const layer = useRef<Layer | null>(null)
  const [scale, setScale] = useState(1)
  const step = useRef(onStep)
  step.current = onStep
  useLayoutEffect(() => {
    if (!frame.current || !box.current) return
    const here = new Layer(frame.current, box.current, picture, setScale)
    layer.current = here
    here.measure()
    const sizes = new ResizeObserver(() => here.measure())
    sizes.observe(here.frame)
    return () => {
      sizes.disconnect()
      here.end()
    }
  }, [id, picture.width, picture.height])
  useEffect(() => {
    const place = frame.current
    if (!place) return
    const end = follow(place, {
      zoom: () => layer.current?.zoom ?? FITTED,
      frame: () => sizeOf(place),
      lay: (zoom, settled) => layer.current?.lay(zoom, settled),
      drag: (dx) => layer.current?.drag(dx),
      step: (by) => step.current(by),
    })
    const wheel = (event: WheelEvent) => layer.current && onWheel(layer.current, event)
    place.addEventListener('wheel', wheel, { passive: false })
    return () => {
      end()
      place.removeEventListener('wheel', wheel)
    }
  }, [])
  const lay = (change: (zoom: Zoom) => Zoom | null): boolean => {
    const next = layer.current && change(layer.current.zoom)
    if (next) layer.current?.lay(next, true)
    return next !== null
  }
  return {
    frame,
    box,
    scale,
    larger: () => lay(larger),
    smaller: () => lay(smaller),
    fit: () => lay(() => FITTED),
    onKey: (key) => lay((zoom) => keyed(zoom, key, frame.current ? sizeOf(frame.current) : { width: 0, height: 0 })),
  }
}
