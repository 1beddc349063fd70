import { describe, expect, it } from 'vitest'
import { doneShare, retriable, segments, spokenStep } from './run'

const counts = { queued: 5332, creating: 250, live: 6842, failed: 56 }

describe('a run', () => {
  it('shows a few failures among thousands', () => {
    const parts = segments({ total: 12_480, counts })
    expect(parts.map((part) => part.state)).toEqual(['live', 'failed', 'creating'])
    expect(parts[1]?.width).toBeGreaterThanOrEqual(0.6)
  })

  it('has no bar without codes', () => {
    expect(segments({ total: 0, counts: { queued: 0, creating: 0, live: 0, failed: 0 } })).toEqual([])
  })

  it('is done where codes are live or failed', () => {
    expect(doneShare({ total: 12_480, counts })).toBe(55)
    expect(spokenStep(55)).toBe(50)
    expect(spokenStep(99)).toBe(90)
    expect(spokenStep(100)).toBe(100)
  })

  it('retries only what a retry can mend', () => {
    const failure = { reason: 'taken', text: '', count: 41, can_retry: true }
    expect(retriable([failure, { ...failure, reason: 'invalid', count: 3, can_retry: false }])).toBe(41)
  })
})
