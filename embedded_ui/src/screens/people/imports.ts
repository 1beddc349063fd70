/** Reads of imports, and the shapes they have: straight from the API's description. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import { pollEvery } from '../../api/queries'
import type { components } from '../../api/schema'

export type Import = components['schemas']['ImportOut']
export type Outcome = 'created' | 'updated' | 'unchanged' | 'refused'
export const OUTCOMES: Outcome[] = ['created', 'updated', 'unchanged', 'refused']

type Rows = components['schemas']['ImportRows']
export type ImportRow = Rows['items'][number]

export const isWorking = (file: Import) => file.state === 'checking' || file.state === 'applying'

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => api.get<{ items: Import[] }>(address('/influencer-imports'), signal),
  staleTime: 0,
})

export const importQuery = (id: number) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => api.get<Import>(address(`/influencer-imports/${id}`), signal),
    refetchInterval: ({ state }) => pollEvery(state.data === undefined || isWorking(state.data)),
  })

export const rowsQuery = (id: number, state: string, outcome?: Outcome) =>
  infiniteQueryOptions({
    queryKey: ['imports', id, 'rows', state, outcome ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.get<Rows>(address(`/influencer-imports/${id}/rows`, { outcome, cursor: pageParam ?? undefined }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Rows) => page.next_cursor,
  })
