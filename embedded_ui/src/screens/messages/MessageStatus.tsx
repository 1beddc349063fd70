import type { Mark, Tone } from '../../lib/status'
import { m } from '../../text/messages'

const LOOKS: Record<string, readonly [Tone, Mark]> = {
  queued: ['neutral', 'ring'],
  held: ['warning', 'half'],
  sending: ['info', 'half'],
  sent: ['success', 'disc'],
  failed: ['danger', 'square'],
  uncertain: ['warning', 'ring'],
  unsubscribed: ['neutral', 'square'],
  withdrawn: ['neutral', 'ring'],
}

/** Word, shape and colour of a message's state. */
export function MessageStatus({ state, children }: { state: string; children?: string }) {
  const [tone, mark] = LOOKS[state] ?? ['neutral', 'ring']
  return (
    <span className="badge" data-tone={tone}>
      <i className="mark" data-mark={mark} aria-hidden />
      {children ?? m.states[state] ?? state}
    </span>
  )
}
