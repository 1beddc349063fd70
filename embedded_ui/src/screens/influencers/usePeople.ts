import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { addresses } from '../../api/addresses'
import { api } from '../../api/client'
import { pollEvery, viewsQuery, type TableView } from '../../api/queries'
import type { ColumnOffer, InfluencerRow, PeoplePage } from '../../api/types'
import { readView, saysNothing } from './view'

type Asked = Pick<TableView, 'filter' | 'sort' | 'columns'>

const peopleQuery = ({ filter, sort, columns }: Asked, ready: boolean) =>
  infiniteQueryOptions({
    // What a view is called and which fields it shows is no matter for the server.
    queryKey: ['influencers', 'table', { filter, sort, columns }],
    enabled: ready,
    queryFn: ({ pageParam, signal }) =>
      api.get<PeoplePage>(addresses.people({ filter, sort, columns }, pageParam ?? undefined), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: PeoplePage) => page.next_cursor,
    placeholderData: keepPreviousData,
    // Every loaded page is asked for again, so a long way down the list the questions come slower.
    refetchInterval: ({ state }) => {
      const every = pollEvery(isLive(state.data?.pages[0]))
      return every && every * Math.max(1, state.data?.pages.length ?? 1)
    },
  })

/** Asks for the first page of rows before the table is drawn. */
export async function prefetchPeople(client: QueryClient, search: URLSearchParams): Promise<void> {
  const saved = client.query(viewsQuery).then(({ items }) => items, () => [])
  await client.infiniteQuery(peopleQuery(readView(search, saysNothing(search) ? await saved : []), true))
}

const isLive = (page?: PeoplePage) => page?.columns.some(({ run }) => run?.state === 'running') ?? false

export interface Column {
  id: number
  /** Missing until the first answer. */
  offer: ColumnOffer | undefined
}

export interface People {
  rows: InfluencerRow[]
  total: number
  /** In order. */
  columns: Column[]
  loading: boolean
  refreshing: boolean
  error: Error | null
  hasMore: boolean
  more: () => void
  retry: () => void
}

/** `ready`: which view is meant is known. */
export function usePeople(view: TableView, ready: boolean): People {
  const client = useQueryClient()
  const query = useInfiniteQuery(peopleQuery(view, ready))
  const first = query.data?.pages[0]
  const columns = useMemo(
    () => view.columns.map((id) => ({ id, offer: first?.columns.find((offer) => offer.id === id) })),
    [first, view.columns],
  )
  const live = isLive(first)

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
    total: first?.total ?? 0,
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
