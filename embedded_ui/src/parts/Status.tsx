import type { ReactNode } from 'react'
import { isStatus, LOOKS } from '../lib/status'
import { t } from '../text'

/** Word, shape and colour together. A state we do not know is shown as it came. */
export function Status({ of, children }: { of: string; children?: ReactNode }) {
  const [tone, mark] = isStatus(of) ? LOOKS[of] : (['neutral', 'ring'] as const)
  return (
    <span className="badge" data-tone={tone}>
      <i className="mark" data-mark={mark} aria-hidden />
      {children ?? (isStatus(of) ? t.status[of] : of)}
    </span>
  )
}
