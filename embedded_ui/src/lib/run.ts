import type { Failure, Run } from '../api/types'

export interface Segment {
  state: 'live' | 'failed' | 'creating'
  /** Percent of the bar. */
  width: number
}

/** Parts of the bar; a few failures among thousands still show as a sliver. */
export function segments(run: Pick<Run, 'total' | 'counts'>): Segment[] {
  if (run.total === 0) return []
  return (['live', 'failed', 'creating'] as const)
    .filter((state) => run.counts[state] > 0)
    .map((state) => ({ state, width: Math.max(0.6, (run.counts[state] / run.total) * 100) }))
}

export const retriable = (failures: readonly Failure[]) =>
  failures.filter((failure) => failure.can_retry).reduce((sum, failure) => sum + failure.count, 0)

export const doneShare = (run: Pick<Run, 'total' | 'counts'>) =>
  run.total === 0 ? 0 : Math.floor(((run.counts.live + run.counts.failed) / run.total) * 100)

/** Screen readers hear every tenth percent and the end, not each tick. */
export const spokenStep = (percent: number) => (percent >= 100 ? 100 : Math.floor(percent / 10) * 10)
