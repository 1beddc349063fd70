import { describe, expect, it } from 'vitest'
import { axis, nearest, niceStep, path, project } from './chartScale'

describe('the axis', () => {
  it('has round marks from zero that hold the highest day', () => {
    expect(axis([5200, 13_500])).toEqual([0, 5000, 10_000, 15_000])
    expect(axis([8, 11, 12])).toEqual([0, 4, 8, 12])
  })

  it('goes below zero when refunds outweigh sales', () => {
    expect(axis([-40, 100])[0]).toBeLessThan(0)
    expect(axis([-40, 100])).toContain(0)
  })

  it('stays drawable without any sale', () => {
    const marks = axis([0, 0, 0])
    expect(marks[0]).toBe(0)
    expect(marks.at(-1)).toBeGreaterThan(0)
  })

  it.each([0, 1, 7, 99, 1234, 56_789, 1e6 - 1])('has three to five marks for a top of %d', (top) => {
    const marks = axis([top])
    expect(marks.length).toBeGreaterThanOrEqual(2)
    expect(marks.length).toBeLessThanOrEqual(5)
    expect(marks.at(-1)).toBeGreaterThanOrEqual(top)
  })

  it('takes steps that people count in', () => {
    expect(niceStep(3000)).toBe(4000)
    expect(niceStep(0.03)).toBeCloseTo(0.04)
  })
})

describe('drawing', () => {
  const frame = { left: 10, right: 110, top: 0, bottom: 50 }

  it('puts the first day left, the last right, zero at the bottom', () => {
    const { points } = project([0, 10, 5], [0, 5, 10], frame)
    expect(points).toEqual([
      [10, 50],
      [60, 0],
      [110, 25],
    ])
    expect(path(points)).toBe('M10.0 50.0L60.0 0.0L110.0 25.0')
  })

  it('finds the day under the pointer and never leaves the days', () => {
    expect(nearest(58, frame, 3)).toBe(1)
    expect(nearest(-400, frame, 3)).toBe(0)
    expect(nearest(900, frame, 3)).toBe(2)
  })
})
