import { startTransition, useEffect, useState, type ReactNode } from 'react'

/** Only what a visit begins with is drawn in two steps: after that, a page that came in parts would flicker. */
let isFirstPage = true

interface LaterProps {
  children: () => ReactNode
  /** Keeps the room, where the page's layout counts on it. */
  className?: string
}

/** What a page says first is painted first; these parts of it follow in the next frames. */
export function Later({ children, className }: LaterProps) {
  const [shown, setShown] = useState(!isFirstPage)
  useEffect(() => {
    isFirstPage = false
    startTransition(() => setShown(true))
  }, [])
  return shown ? children() : <div className={className} aria-busy />
}
