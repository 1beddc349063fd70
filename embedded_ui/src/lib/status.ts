/** Tone and mark of each state; the words stand in the catalogue. */
export type Tone = 'success' | 'warning' | 'danger' | 'info' | 'neutral'
export type Mark = 'disc' | 'ring' | 'half' | 'square'

export const LOOKS = {
  queued: ['neutral', 'ring'],
  creating: ['info', 'half'],
  live: ['success', 'disc'],
  failed: ['danger', 'square'],
  disabled: ['neutral', 'square'],
  retired: ['neutral', 'ring'],
  draft: ['neutral', 'ring'],
  scheduled: ['info', 'ring'],
  active: ['success', 'disc'],
  paused: ['warning', 'half'],
  ended: ['neutral', 'disc'],
  archived: ['neutral', 'ring'],
  running: ['info', 'half'],
  stopped: ['warning', 'half'],
  finished: ['success', 'disc'],
  counted: ['success', 'disc'],
  cancelled: ['neutral', 'square'],
  test: ['neutral', 'ring'],
  deleted: ['neutral', 'square'],
  not_a_sale: ['neutral', 'ring'],
  stopping: ['warning', 'half'],
  needs_reauth: ['warning', 'half'],
  connected: ['success', 'disc'],
  attention: ['warning', 'half'],
  uninstalled: ['danger', 'square'],
} as const satisfies Record<string, readonly [Tone, Mark]>

export type StatusName = keyof typeof LOOKS

export const isStatus = (word: string): word is StatusName => word in LOOKS
