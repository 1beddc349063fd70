import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type {
  Board,
  Campaign,
  CampaignItem,
  CreatorResult,
  Member,
  MemberDetail,
  MemberFilter,
  MembersBody,
  MovePreview,
  Results,
  Stage,
} from '../../api/campaigns'
import type { Page } from '../../api/types'

/** Codes arrive by themselves: while somebody waits for one, or some are on the way, the page looks again. */
const SOON = 3_000

const unsettled = (campaign: Campaign | undefined) =>
  campaign !== undefined &&
  campaign.state !== 'ended' &&
  (campaign.waiting > 0 ||
    campaign.incentives.some((one) => one.pool.coming > 0 || (campaign.state === 'active' && one.pool.held > 0) || (one.last_import && one.last_import.state !== 'finished')))

export const campaignsQuery = (state: string) =>
  queryOptions({
    queryKey: ['campaigns', 'list', state],
    queryFn: ({ signal }) => api.get<Page<CampaignItem>>(address('/campaigns', { state, limit: 200 }), signal),
  })

export const campaignQuery = (id: number) =>
  queryOptions({
    queryKey: ['campaigns', id],
    queryFn: ({ signal }) => api.get<Campaign>(address(`/campaigns/${id}`), signal),
    refetchInterval: ({ state }) => (unsettled(state.data) ? SOON : 30_000),
  })

export const boardQuery = (id: number, busy: boolean) =>
  queryOptions({
    queryKey: ['campaigns', id, 'board'],
    queryFn: ({ signal }) => api.get<Board>(address(`/campaigns/${id}/board`, { limit: 8 }), signal),
    refetchInterval: busy ? SOON : 30_000,
  })

export const membersQuery = (id: number, filter: MemberFilter) =>
  infiniteQueryOptions({
    queryKey: ['campaigns', id, 'members', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Member>>(
        address(`/campaigns/${id}/members`, { ...filter, sort: 'name', limit: 200, cursor: pageParam ?? undefined }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Member>) => page.next_cursor,
  })

export const memberQuery = (id: number) =>
  queryOptions({
    queryKey: ['campaigns', 'member', id],
    queryFn: ({ signal }) => api.get<MemberDetail>(address(`/campaign-members/${id}`), signal),
  })

export const previewQuery = (id: number, members: MembersBody, to: Stage) =>
  queryOptions({
    queryKey: ['campaigns', id, 'preview', members, to],
    queryFn: ({ signal }) => api.post<MovePreview>(address(`/campaigns/${id}/move-previews`), { members, to }, signal),
    staleTime: 0,
    gcTime: 0,
  })

export const resultsQuery = (id: number) =>
  queryOptions({
    queryKey: ['campaigns', id, 'results'],
    queryFn: ({ signal }) => api.get<Results>(address(`/campaigns/${id}/results`), signal),
  })

export const creatorsQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['campaigns', id, 'creators'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<CreatorResult>>(
        address(`/campaigns/${id}/results/creators`, { limit: 50, cursor: pageParam ?? undefined }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<CreatorResult>) => page.next_cursor,
  })

export const campaignsChanged = (client: QueryClient) => client.invalidateQueries({ queryKey: ['campaigns'] })
