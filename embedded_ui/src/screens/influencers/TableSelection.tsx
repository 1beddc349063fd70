import { createContext, use, useMemo, useState, type ReactNode } from 'react'
import { nobody, type Selection } from '../../lib/selection'

interface Held {
  selection: Selection
  setSelection: (next: Selection | ((now: Selection) => Selection)) => void
}

const Context = createContext<Held | null>(null)

/** Outlives the table, so that coming back from a new offer finds the same people selected. */
export function TableSelection({ children }: { children: ReactNode }) {
  const [selection, setSelection] = useState<Selection>(nobody)
  const held = useMemo(() => ({ selection, setSelection }), [selection])
  return <Context value={held}>{children}</Context>
}

export function useTableSelection(): Held {
  const held = use(Context)
  if (!held) throw new Error('useTableSelection outside of TableSelection')
  return held
}
