import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { ApiKey, ApprovalLimits, AuditEntry, UserAccount } from '../../api/types'

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => api.get<{ items: UserAccount[] }>(address('/users'), signal),
})

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => api.get<{ items: ApiKey[] }>(address('/keys'), signal),
})

export interface AuditFilter {
  actor: string
  subject: string
}

interface AuditPage {
  items: AuditEntry[]
  next_cursor: string | null
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<AuditPage>(address('/audit', { ...filter, cursor: pageParam ?? undefined }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AuditPage) => page.next_cursor,
  })

export const limitsQuery = queryOptions({
  queryKey: ['approval-limits'],
  queryFn: ({ signal }) => api.get<ApprovalLimits>(address('/approval-limits'), signal),
})
