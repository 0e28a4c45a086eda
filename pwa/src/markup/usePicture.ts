import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import { clamped, FITTED, fitIn, type Size, type Zoom } from '../viewer/zoom.ts'
import { sizeOf } from './fingers.ts'
import type { Canvas, Point } from './shapes.ts'

/** Room around the picture for handles at its edges, px. */
const MARGIN = 14

export interface Laid {
  /** Of the picture on the screen, px, and where its corner is in the frame. */
  style: { width: string; height: string; left: string; top: string }
  on: Canvas
  zoom: Zoom
  lay: (zoom: Zoom) => void
  /** The point of the picture under a place of the screen. */
  pointAt: (x: number, y: number) => Point
}

/** Lays the picture into the frame, whole or enlarged. It is drawn in its real size there, so that lines keep theirs. */
export function usePicture(frame: RefObject<HTMLElement>, picture: Size): Laid {
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 })
  const [zoom, setZoom] = useState<Zoom>(FITTED)
  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    const look = () => setRoom(sizeOf(element))
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const free = { width: Math.max(1, room.width - 2 * MARGIN), height: Math.max(1, room.height - 2 * MARGIN) }
  const fitted = fitIn(free, picture)
  const at = clamped(zoom, free, fitted)
  const width = fitted.width * at.scale
  const height = fitted.height * at.scale
  const left = (room.width - width) / 2 + at.x
  const top = (room.height - height) / 2 + at.y
  return {
    style: { width: `${width}px`, height: `${height}px`, left: `${left}px`, top: `${top}px` },
    on: { width: picture.width, height: picture.height, unit: picture.width / width },
    zoom: at,
    lay: (next) => setZoom(clamped(next, free, fitted)),
    pointAt: (x, y) => {
      const box = frame.current?.getBoundingClientRect()
      const unit = picture.width / width
      return [(x - (box?.left ?? 0) - left) * unit, (y - (box?.top ?? 0) - top) * unit]
    },
  }
}
