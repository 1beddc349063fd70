/** Where the first pages' data are, for their queries and for asking early. */
import type { TableView } from './queries'

export type Query = Record<string, string | number | boolean | undefined>

export const PAGE_SIZE = 50

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return `/api${path}${text && '?'}${text}`
}

export const addresses = {
  session: address('/session'),
  home: address('/home'),
  views: address('/views'),
  roster: address('/roster'),
  recentOffers: address('/offers', { limit: 3 }),
  offers: (state?: string, q?: string) => address('/offers', { state, q }),
  offer: (id: number) => address(`/offers/${id}`),
  offerCodes: (id: number, state?: string, cursor?: string) => address(`/offers/${id}/codes`, { state, cursor }),
  people: ({ filter, sort, columns }: Pick<TableView, 'filter' | 'sort' | 'columns'>, cursor?: string) =>
    address('/influencers', { ...filter, sort, columns: columns.join(','), cursor, limit: PAGE_SIZE }),
}
