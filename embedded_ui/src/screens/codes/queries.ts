import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import { pollEvery } from '../../api/queries'
import type { CodeStatus, Run } from '../../api/types'

export type Act = 'disable' | 'enable' | 'replace' | 'edit' | 'retire'

export interface OtherCode {
  id: number
  code: string
  state: CodeStatus
}

export interface CodeDetail extends OtherCode {
  due: string
  message: string
  source: string
  tracked: boolean
  influencer: { id: number; name: string } | null
  offer: { id: number; name: string }
  store: { id: number; name: string; platform: string }
  replaces: OtherCode | null
  replaced_by: OtherCode | null
  share_url: string | null
  link_applies: boolean
  uses_kept: boolean
  can: Act[]
  created_at: string
  live_at: string | null
}

export interface CodeState {
  id: number
  code: string
  state: CodeStatus
  due: string
  run_id: number | null
}

export interface CodeChange {
  id: number
  action: string
  state: 'running' | 'finished'
  total: number
  done: number
  trouble: string
}

export interface Utm {
  source: string
  medium: string
  campaign: string
  content: string
  term: string
}

export const UTM = ['source', 'medium', 'campaign', 'content', 'term'] as const

export interface ShareLink {
  url: string
  target: string
  utm: Utm
  applies: boolean
  note: string
}

export interface CodeImport {
  id: number
  store_id: number
  offer_id: number | null
  state: 'reading' | 'running' | 'finished'
  total: number
  counts: { waiting: number; linked: number; kept: number; refused: number }
  trouble: string
  created_at: string
}

export interface ImportLine {
  number: number
  code: string
  person: string
  state: string
  reason: string
}

export interface StoreDiscount {
  remote_id: string
  title: string
  status: string
  codes: number | null
  first_code: string
  type: string
  value: string
  note: string
}

const moving = (code: CodeDetail) =>
  code.due !== '' || code.state === 'queued' || code.state === 'creating' || code.replaced_by?.state === 'creating'

export const codeQuery = (id: number) =>
  queryOptions({
    queryKey: ['codes', id],
    queryFn: ({ signal }) => api.get<CodeDetail>(address(`/codes/${id}`), signal),
    refetchInterval: ({ state }) => pollEvery(state.data ? moving(state.data) : false),
  })

export const linkQuery = (id: number, wanted: { target: string } & Partial<Utm>) =>
  queryOptions({
    queryKey: ['codes', id, 'link', wanted],
    queryFn: ({ signal }) => api.get<ShareLink>(linkAddress(id, wanted), signal),
    retry: false,
  })

/** UTM values that were emptied are sent empty: otherwise the offer's own would come back. */
export function linkAddress(id: number, wanted: { target: string } & Partial<Utm>, format?: 'svg' | 'png'): string {
  const query = new URLSearchParams(wanted)
  return `/api/codes/${id}/${format ? `qr.${format}` : 'share-link'}?${query.toString()}`
}

export const defaultsQuery = queryOptions({
  queryKey: ['share-defaults'],
  queryFn: ({ signal }) => api.get<Utm>(address('/share-defaults'), signal),
})

export const changeQuery = (id: number | null) =>
  queryOptions({
    queryKey: ['code-changes', id],
    queryFn: ({ signal }) => api.get<CodeChange>(address(`/code-changes/${id ?? 0}`), signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => pollEvery(state.data?.state === 'running'),
  })

export const importQuery = (id: number) =>
  queryOptions({
    queryKey: ['code-imports', id],
    queryFn: ({ signal }) => api.get<CodeImport>(address(`/code-imports/${id}`), signal),
    refetchInterval: ({ state }) => pollEvery(state.data?.state !== 'finished'),
  })

export const refusedQuery = (id: number, enabled: boolean) =>
  queryOptions({
    queryKey: ['code-imports', id, 'refused'],
    queryFn: ({ signal }) =>
      api.get<{ items: ImportLine[]; next_after: number | null }>(
        address(`/code-imports/${id}/lines`, { state: 'refused' }),
        signal,
      ),
    enabled,
  })

export const discountsQuery = (store: number, q: string) =>
  queryOptions({
    queryKey: ['stores', store, 'discounts', q],
    queryFn: ({ signal }) => api.get<{ items: StoreDiscount[] }>(address(`/stores/${store}/discounts`, { q }), signal),
    staleTime: 10_000,
    retry: false,
  })

/** After a write on codes everything that shows them is asked for again. */
export function useForgetCodes() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      ['codes', 'offers', 'influencers', 'home'].map((key) => client.invalidateQueries({ queryKey: [key] })),
    )
}

/** One act on one code; `code` is what was typed for a replacement or an edit. */
export function useCodeAct(id: number, act: Act, onDone: (state: CodeState) => void) {
  const forget = useForgetCodes()
  return useMutation({
    mutationFn: (code: string) =>
      api.post<CodeState>(address(`/codes/${id}/${act}`), act === 'replace' || act === 'edit' ? { code } : {}),
    onSuccess: async (state) => {
      await forget()
      onDone(state)
    },
  })
}

export interface Changed {
  change: CodeChange | null
  runs: Run[]
}
