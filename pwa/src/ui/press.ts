/** Every control answers in the next frame after a finger comes down on it; what the tap does may take longer. */

/** However quick a tap is, it is seen for this many milliseconds. */
const SEEN = 90

/** Marks the pressed control with `data-down`: phones apply `:active` only once the finger has gone. */
export function answerFingers(): void {
  let control: Element | null
  let since: number
  const leave = (left = control) => left?.removeAttribute('data-down')
  addEventListener('pointerdown', ({ target, timeStamp }) => {
    leave()
    since = timeStamp
    control = (target as Element).closest('button:enabled, a, summary')
    control?.setAttribute('data-down', '')
  })
  addEventListener('pointerup', ({ timeStamp }) => setTimeout(leave, since + SEEN - timeStamp, control))
  // the finger scrolls
  addEventListener('pointercancel', () => leave())
}
