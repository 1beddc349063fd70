import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { address, api } from '../../api/client'
import { offersQuery, PAGE_SIZE, pollEvery, type TableView } from '../../api/queries'
import type { InfluencerRow, Offer, Page } from '../../api/types'

const peopleQuery = (view: TableView, live: boolean) =>
  infiniteQueryOptions({
    queryKey: ['influencers', 'table', view],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<InfluencerRow>>(
        address('/influencers', {
          ...view.filter,
          sort: view.sort,
          columns: view.columns.join(','),
          cursor: pageParam ?? undefined,
          limit: PAGE_SIZE,
        }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<InfluencerRow>) => page.next_cursor,
    placeholderData: keepPreviousData,
    // Every loaded page is asked for again, so a long way down the list the questions come slower.
    refetchInterval: ({ state }) => {
      const every = pollEvery(live)
      return every && every * Math.max(1, state.data?.pages.length ?? 1)
    },
  })

export interface Column {
  id: number
  offer: Offer | undefined
}

export interface People {
  rows: InfluencerRow[]
  total: number
  offers: Offer[]
  /** Columns shown, in order; an offer is missing until the list of offers is there. */
  columns: Column[]
  loading: boolean
  refreshing: boolean
  error: Error | null
  hasMore: boolean
  more: () => void
  retry: () => void
}

export function usePeople(view: TableView): People {
  const client = useQueryClient()
  const { data: offerList } = useQuery(offersQuery())
  const offers = useMemo(() => offerList?.items ?? [], [offerList])
  const columns = useMemo(
    () => view.columns.map((id) => ({ id, offer: offers.find((offer) => offer.id === id) })),
    [offers, view.columns],
  )
  const live = columns.some(({ offer }) => offer?.run?.state === 'running')
  const query = useInfiniteQuery(peopleQuery(view, live))

  useEffect(() => {
    if (!live) return
    // The run may end between two questions: ask once more when it is over.
    return () => void client.invalidateQueries({ queryKey: ['influencers', 'table'] })
  }, [client, live])

  const rows = useMemo(() => {
    const seen = new Map<number, InfluencerRow>()
    for (const page of query.data?.pages ?? []) for (const row of page.items) seen.set(row.id, row)
    return [...seen.values()]
  }, [query.data])

  return {
    rows,
    total: query.data?.pages[0]?.total ?? 0,
    offers,
    columns,
    loading: query.isPending,
    refreshing: query.isPlaceholderData,
    error: query.data ? null : query.error,
    hasMore: query.hasNextPage,
    more: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
    },
    retry: () => void query.refetch(),
  }
}
