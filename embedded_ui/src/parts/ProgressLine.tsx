import { useEffect } from 'react'
import { hostLoading } from '../host/loading'

/** Old rows stay while new ones come; the host's bar (or a thin line of ours) says so. */
export function ProgressLine({ active }: { active: boolean }) {
  useEffect(() => {
    if (!active) return
    hostLoading?.(true)
    return () => hostLoading?.(false)
  }, [active])
  return active && !hostLoading ? <div className="progress-line" aria-hidden /> : null
}
