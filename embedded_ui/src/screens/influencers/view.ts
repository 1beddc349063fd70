/** What the table shows, written in the address so that it can be kept, shared and gone back to. */
import type { TableView } from '../../api/queries'
import type { Filter } from '../../api/types'

export const DEFAULT_SORT = '-added'

const number = (text: string | null) => (text && /^\d+$/.test(text) ? Number(text) : undefined)

export function readView(search: URLSearchParams): TableView {
  const filter: Filter = {}
  const q = search.get('q')
  const tag = search.get('tag')
  const group = search.get('group')
  const codeStatus = search.get('code_status')
  const offer = number(search.get('offer_id'))
  if (q) filter.q = q
  if (offer) filter.offer_id = offer
  if (tag) filter.tag = tag
  if (group) filter.group = group
  if (codeStatus) filter.code_status = codeStatus
  if (search.get('archived') === 'true') filter.archived = true

  const columns = (search.get('columns') ?? '').split(',').map(number)
  return {
    filter,
    sort: search.get('sort') ?? DEFAULT_SORT,
    // Whoever filters by an offer wants to see what it did.
    columns: [...new Set([...columns, offer])].filter((id) => id !== undefined),
  }
}

export function writeView({ filter, sort, columns }: TableView): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(filter) as [string, string | number | boolean | undefined][]) {
    if (value !== undefined && value !== '' && value !== false) search.set(name, String(value))
  }
  if (columns.length > 0) search.set('columns', columns.join(','))
  if (sort !== DEFAULT_SORT) search.set('sort', sort)
  return search
}

/** Down first (the most is what one looks for), then up, then as it was. Names the other way round. */
export function nextSort(now: string, column: string): string {
  const order = column === 'name' ? [column, `-${column}`] : [`-${column}`, column]
  if (now === order[0]) return order[1] ?? DEFAULT_SORT
  return now === order[1] ? DEFAULT_SORT : (order[0] ?? DEFAULT_SORT)
}

const written = (filter: Filter) => {
  const search = writeView({ filter, sort: DEFAULT_SORT, columns: [] })
  search.sort()
  return search.toString()
}
export const sameFilter = (one: Filter, other: Filter) => written(one) === written(other)

/** Filters other than the search words. */
export const chosenFilters = (filter: Filter) =>
  (['offer_id', 'tag', 'group', 'code_status', 'archived'] as const).filter((name) => filter[name] !== undefined)
