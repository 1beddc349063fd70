import { useCallback, useEffect, useRef } from 'react'
import { between, isSelected, mark, nobody, toggle } from '../../lib/selection'
import { useTableSelection } from './TableSelection'

/** Toggles, ranges and whole pages over the pure selection model. `ids`: the rows in the table's order. */
export function useRowSelection(ids: number[]) {
  const { selection, setSelection } = useTableSelection()
  const anchor = useRef<number | null>(null)
  const now = useRef({ ids, selection })

  // Rows are drawn once and keep one unchanging callback, so it reads the newest order and selection from here.
  useEffect(() => {
    now.current = { ids, selection }
  }, [ids, selection])

  const onToggle = useCallback(
    (id: number, range: boolean) => {
      const held = now.current.selection
      const next = range
        ? mark(held, between(now.current.ids, anchor.current, id), !isSelected(held, id))
        : toggle(held, id)
      anchor.current = id
      setSelection(next)
    },
    [setSelection],
  )

  const onSelectLoaded = useCallback(
    (selected: boolean) =>
      setSelection((held) =>
        held.kind === 'filter' && !selected ? nobody : mark(held, now.current.ids, selected),
      ),
    [setSelection],
  )
  return { onToggle, onSelectLoaded }
}
