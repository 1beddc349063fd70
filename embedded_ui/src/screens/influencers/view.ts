/** What the table shows, written in the address so that it can be kept, shared and gone back to. */
import type { TableView } from '../../api/queries'
import type { FieldName, Filter, SavedView } from '../../api/types'

export const DEFAULT_SORT = '-added'
export const ALL = 'all'
/** Every column about the person, in the order in which they are offered. */
export const FIELDS: readonly FieldName[] = [
  'handles', 'email', 'tags', 'groups', 'stage', 'country', 'added', 'external_id', 'totals',
]
const TEXTS = ['q', 'tag', 'group', 'code_status', 'stage', 'country', 'activity'] as const
const NO_FIELDS = 'none'

const number = (text: string | null) => (text && /^\d+$/.test(text) ? Number(text) : undefined)
const isField = (text: string): text is FieldName => (FIELDS as readonly string[]).includes(text)

/** Without a choice: tags, and the figures of all offers where no single one is shown. */
export const usualFields = (columns: readonly number[]): FieldName[] =>
  columns.length > 0 ? ['tags'] : ['tags', 'totals']

/** What else stands in the address is the host's. */
const NAMES = [...TEXTS, 'view', 'offer_id', 'archived', 'columns', 'fields', 'sort']
export const saysNothing = (search: URLSearchParams) => !NAMES.some((name) => search.has(name))

/** An address that says nothing shows the view that opens the table, if there is one. */
export function readView(search: URLSearchParams, saved: readonly SavedView[] = []): TableView {
  const opening = saysNothing(search) ? saved.find((each) => each.is_default) : undefined
  if (opening) return fromSaved(opening)
  const filter: Filter = {}
  for (const name of TEXTS) {
    const text = search.get(name)
    if (text) filter[name] = text
  }
  const offer = number(search.get('offer_id'))
  if (offer) filter.offer_id = offer
  if (search.get('archived') === 'true') filter.archived = true

  // Whoever filters by an offer wants to see what it did.
  const chosen = [...(search.get('columns') ?? '').split(',').map(number), offer]
  const columns = [...new Set(chosen)].filter((id) => id !== undefined)
  const fields = search.get('fields')
  return {
    view: search.get('view') ?? '',
    filter,
    sort: search.get('sort') ?? DEFAULT_SORT,
    columns,
    fields: fields === null ? usualFields(columns) : [...new Set(fields.split(','))].filter(isField),
  }
}

export function writeView({ view, filter, sort, columns, fields }: TableView): URLSearchParams {
  const search = new URLSearchParams()
  if (view) search.set('view', view)
  for (const [name, value] of Object.entries(filter) as [string, string | number | boolean | null | undefined][]) {
    if (value) search.set(name, String(value))
  }
  if (columns.length > 0) search.set('columns', columns.join(','))
  if (fields.join() !== usualFields(columns).join()) search.set('fields', fields.join(',') || NO_FIELDS)
  if (sort !== DEFAULT_SORT) search.set('sort', sort)
  return search
}

export const fromSaved = ({ id, filter, sort, offers, fields }: SavedView): TableView => {
  const kept = Object.fromEntries(Object.entries(filter).filter(([, value]) => Boolean(value))) as Filter
  const columns = [...new Set([...offers, kept.offer_id])].filter((each) => each !== undefined)
  return { view: String(id), filter: kept, sort, columns, fields: [...fields] }
}

/** As the API keeps it. */
export const toContent = ({ filter, sort, columns, fields }: TableView) => ({ filter, sort, offers: columns, fields })

/** One of the ready-made views: everything else as usual. */
export const plainView = (filter: Filter, view = ''): TableView => {
  const columns = filter.offer_id === undefined ? [] : [filter.offer_id]
  return { view, filter, sort: DEFAULT_SORT, columns, fields: usualFields(columns) }
}

/** Down first (the most is what one looks for), then up, then as it was. Names the other way round. */
export function nextSort(now: string, column: string): string {
  const order = column === 'name' ? [column, `-${column}`] : [`-${column}`, column]
  if (now === order[0]) return order[1] ?? DEFAULT_SORT
  return now === order[1] ? DEFAULT_SORT : (order[0] ?? DEFAULT_SORT)
}

const written = (view: TableView) => {
  const search = writeView({ ...view, view: '' })
  search.sort()
  return search.toString()
}
/** Whether both show the same, whatever they are called. */
export const sameView = (one: TableView, other: TableView) => written(one) === written(other)
export const sameFilter = (one: Filter, other: Filter) => sameView(plainView(one), plainView(other))

/** Filters other than the search words, in the order of their chips. */
export const chosenFilters = (filter: Filter) =>
  (['offer_id', 'code_status', 'activity', 'tag', 'group', 'stage', 'country', 'archived'] as const).filter(
    (name) => filter[name] !== undefined,
  )

/** Taking the offer filter away takes its columns along. */
export function withFilter(view: TableView, filter: Filter): TableView {
  const kept = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''))
  const gone = view.filter.offer_id !== filter.offer_id ? view.filter.offer_id : undefined
  return withColumns({ ...view, filter: kept }, view.columns.filter((id) => id !== gone))
}

/** The fields follow the columns as long as nobody chose them. */
export function withColumns(view: TableView, columns: number[]): TableView {
  const usual = view.fields.join() === usualFields(view.columns).join()
  const offer = view.filter.offer_id
  const shown = offer === undefined || columns.includes(offer) ? columns : [...columns, offer]
  return { ...view, columns: shown, fields: usual ? usualFields(shown) : view.fields }
}

/** One place up or down; at the ends nothing changes. */
export function moved<Item>(items: readonly Item[], item: Item, by: 1 | -1): Item[] {
  const at = items.indexOf(item)
  const to = at + by
  if (at < 0 || to < 0 || to >= items.length) return [...items]
  const rest = items.filter((each) => each !== item)
  return [...rest.slice(0, to), item, ...rest.slice(to)]
}
