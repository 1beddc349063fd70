/** Every read of the page: one key and one address each, so that a write knows what to ask for again. */
import { queryOptions } from '@tanstack/react-query'
import { addresses } from './addresses'
import { address, api } from './client'
import type {
  FieldName,
  Filter,
  Home,
  Influencer,
  Labels,
  Offer,
  Page,
  Preview,
  PreviewRequest,
  Redemption,
  Roster,
  SavedView,
  Session,
  StoreHealth,
} from './types'

/** Each second while open and seen, every 15 s behind another tab, never once the work is over. */
export function pollEvery(active: boolean): number | false {
  if (!active) return false
  return document.hidden ? 15_000 : 1_000
}

/** Right after an install the store's currency and name are still being read, for a second or so. */
export const isKnown = (session: Session) => session.store.currency !== ''

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.get<Session>(addresses.session, signal),
  staleTime: 60_000,
  refetchInterval: ({ state }) => (state.data && !isKnown(state.data) ? 500 : false),
})

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: ({ signal }) => api.get<Home>(addresses.home, signal),
  refetchInterval: ({ state }) => pollEvery(state.data?.runs.some((run) => run.state === 'running') ?? false),
})

export const storeQuery = (id: number) =>
  queryOptions({
    queryKey: ['stores', id],
    queryFn: ({ signal }) => api.get<StoreHealth>(address(`/stores/${id}`), signal),
    refetchInterval: 15_000,
  })

/** `view`: a saved view's id, "all", or nothing where none was chosen. */
export interface TableView {
  view: string
  filter: Filter
  sort: string
  columns: number[]
  fields: FieldName[]
}

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => api.get<{ items: SavedView[] }>(addresses.views, signal),
  staleTime: 30_000,
})

export const labelsQuery = queryOptions({
  queryKey: ['influencers', 'labels'],
  queryFn: ({ signal }) => api.get<Labels>(address('/influencers/labels'), signal),
  staleTime: 30_000,
})

export const influencerQuery = (id: number) =>
  queryOptions({
    queryKey: ['influencers', id],
    queryFn: ({ signal }) => api.get<Influencer>(address(`/influencers/${id}`), signal),
  })

export const offersQuery = (state?: string, q?: string) =>
  queryOptions({
    queryKey: ['offers', 'list', state ?? '', q ?? ''],
    queryFn: ({ signal }) => api.get<Page<Offer>>(addresses.offers(state, q), signal),
    refetchInterval: ({ state: { data } }) =>
      pollEvery(data?.items.some((offer) => offer.run?.state === 'running') ?? false),
  })

/** For the tabs of the table. */
export const recentOffersQuery = queryOptions({
  queryKey: ['offers', 'recent'],
  queryFn: ({ signal }) => api.get<Page<Offer>>(addresses.recentOffers, signal),
  staleTime: 30_000,
})

export const offerQuery = (id: number) =>
  queryOptions({
    queryKey: ['offers', id],
    queryFn: ({ signal }) => api.get<Offer>(addresses.offer(id), signal),
    refetchInterval: ({ state: { data } }) =>
      pollEvery(data?.run?.state === 'running') || (data?.change ? pollEvery(true) : false),
  })

export const previewQuery = (request: PreviewRequest | null) =>
  queryOptions({
    queryKey: ['code-previews', request],
    queryFn: ({ signal }) => api.post<Preview>(address('/code-previews'), request, signal),
    enabled: request !== null,
    staleTime: 10_000,
    retry: false,
  })

export const redemptionQuery = (id: number) =>
  queryOptions({
    queryKey: ['redemptions', id],
    queryFn: ({ signal }) => api.get<Redemption>(address(`/redemptions/${id}`), signal),
  })

export const rosterQuery = queryOptions({
  queryKey: ['roster'],
  queryFn: ({ signal }) => api.get<Roster>(addresses.roster, signal),
})

/** On its own page the roster is watched: a pull that was asked for starts when a worker takes it. */
export const watchedRosterQuery = queryOptions({
  ...rosterQuery,
  refetchInterval: ({ state: { data } }) => {
    if (!data?.connected) return false
    const busy = data.pull.state === 'running' || data.pull.state === 'never' || data.push.waiting > 0
    return pollEvery(busy) || 3_000
  },
})
