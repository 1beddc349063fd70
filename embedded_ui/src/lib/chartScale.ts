/** Axis and line of a small chart: pure arithmetic for drawing, never for sums. */

const NICE = [1, 1.5, 2, 2.5, 4, 5, 10]

/** The first round step that is not smaller than `least`. */
export function niceStep(least: number): number {
  if (least <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = NICE.find((nice) => nice * power >= least * (1 - 1e-9)) ?? 10
  return factor * power
}

/** Three to five round marks from zero; below zero only when refunds were larger than sales on a day. */
export function axis(values: readonly number[]): number[] {
  const top = Math.max(0, ...values)
  const bottom = Math.min(0, ...values)
  const step = niceStep((top - bottom) / 3 || 1)
  const first = Math.floor(bottom / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(top / step - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

export interface Frame {
  left: number
  right: number
  top: number
  bottom: number
}

export function project(values: readonly number[], marks: readonly number[], frame: Frame) {
  const low = marks[0] ?? 0
  const high = marks.at(-1) ?? 1
  const across = Math.max(1, values.length - 1)
  const x = (index: number) => frame.left + ((frame.right - frame.left) * index) / across
  const y = (value: number) => frame.bottom - ((frame.bottom - frame.top) * (value - low)) / (high - low)
  return { x, y, points: values.map((value, index) => [x(index), y(value)] as const) }
}

export const path = (points: readonly (readonly [number, number])[]) =>
  points.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')

/** The day nearest to the pointer. */
export function nearest(pointer: number, frame: Frame, length: number): number {
  const share = (pointer - frame.left) / (frame.right - frame.left)
  return Math.min(length - 1, Math.max(0, Math.round(share * (length - 1))))
}
