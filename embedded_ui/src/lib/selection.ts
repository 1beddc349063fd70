/** Who is selected in the table: single people, or a filter that the server holds, less a few exceptions. */
import type { Filter, SelectionBody } from '../api/types'

export type Selection<Wanted = Filter> =
  | { kind: 'people'; ids: ReadonlySet<number> }
  | { kind: 'filter'; filter: Wanted; except: ReadonlySet<number>; total: number }

export const nobody: Selection<never> = { kind: 'people', ids: new Set() }

export const everyone = <Wanted>(filter: Wanted, total: number): Selection<Wanted> => ({
  kind: 'filter',
  filter,
  except: new Set(),
  total,
})

export const people = (ids: Iterable<number>): Selection<never> => ({ kind: 'people', ids: new Set(ids) })

export function isSelected<Wanted>(selection: Selection<Wanted>, id: number): boolean {
  return selection.kind === 'people' ? selection.ids.has(id) : !selection.except.has(id)
}

export function countOf<Wanted>(selection: Selection<Wanted>): number {
  return selection.kind === 'people' ? selection.ids.size : Math.max(0, selection.total - selection.except.size)
}

/** Sets every id of a row, a range or a page to the same state. */
export function mark<Wanted>(
  selection: Selection<Wanted>,
  ids: Iterable<number>,
  selected: boolean,
): Selection<Wanted> {
  const held = new Set(selection.kind === 'people' ? selection.ids : selection.except)
  const add = selection.kind === 'people' ? selected : !selected
  for (const id of ids) {
    if (add) held.add(id)
    else held.delete(id)
  }
  return selection.kind === 'people' ? { kind: 'people', ids: held } : { ...selection, except: held }
}

export const toggle = <Wanted>(selection: Selection<Wanted>, id: number): Selection<Wanted> =>
  mark(selection, [id], !isSelected(selection, id))

/** The rows from the last one touched to this one, in the table's order, both included. */
export function between(order: readonly number[], from: number | null, to: number): number[] {
  const start = from === null ? -1 : order.indexOf(from)
  const end = order.indexOf(to)
  if (start < 0 || end < 0) return [to]
  return order.slice(Math.min(start, end), Math.max(start, end) + 1)
}

/** State of the box above a page of rows. */
export function pageState<Wanted>(selection: Selection<Wanted>, page: readonly number[]): 'none' | 'some' | 'all' {
  const selected = page.filter((id) => isSelected(selection, id)).length
  if (selected === 0) return 'none'
  return selected === page.length ? 'all' : 'some'
}

export function toBody(selection: Selection): SelectionBody {
  return selection.kind === 'people'
    ? { ids: [...selection.ids] }
    : { filter: selection.filter, except_ids: [...selection.except] }
}
