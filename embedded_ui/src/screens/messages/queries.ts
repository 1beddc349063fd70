import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import { pollEvery } from '../../api/queries'
import type { components } from '../../api/schema'

type Schemas = components['schemas']
export type Message = Schemas['MessageOut']
export type MessageRun = Schemas['MessageRunOut']
export type Template = Schemas['TemplateOut']
export type Tags = Schemas['TagsOut']
export type Preview = Schemas['MessagePreviewOut']
export type MailServer = Schemas['MailServerOut']
export type Portal = Schemas['PortalOut']
export type PortalSettings = Schemas['PortalSettingsOut']
export type Wish = Schemas['WishOut']
export type Messages = Schemas['MessagesOut']
export type Tried = Schemas['TestSentOut']

export interface TemplateWords {
  language: string
  subject: string
  text: string
  html: string
  disclosure: string
}

export const tagsQuery = queryOptions({
  queryKey: ['messages', 'tags'],
  queryFn: ({ signal }) => api.get<Tags>(address('/message-tags'), signal),
  staleTime: Infinity,
})

export const templatesQuery = (archived = false) =>
  queryOptions({
    queryKey: ['messages', 'templates', archived],
    queryFn: ({ signal }) => api.get<{ items: Template[] }>(address('/message-templates', { archived }), signal),
  })

export const templateQuery = (id: number) =>
  queryOptions({
    queryKey: ['messages', 'template', id],
    queryFn: ({ signal }) => api.get<Template>(address(`/message-templates/${id}`), signal),
  })

const PENDING = ['queued', 'sending'] as const

export const messagesQuery = (state: string) =>
  infiniteQueryOptions({
    queryKey: ['messages', 'list', state],
    queryFn: ({ signal, pageParam }) => api.get<Messages>(address('/messages', { state, cursor: pageParam }), signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state: { data } }) =>
      pollEvery(PENDING.some((name) => (data?.pages[0]?.counts[name] ?? 0) > 0)),
  })

export const messageRunsQuery = queryOptions({
  queryKey: ['messages', 'runs'],
  queryFn: ({ signal }) => api.get<{ items: MessageRun[] }>(address('/message-runs'), signal),
  refetchInterval: ({ state: { data } }) => pollEvery(data?.items.some((run) => run.state === 'running') ?? false),
})

export const mailServerQuery = queryOptions({
  queryKey: ['messages', 'mail-server'],
  queryFn: ({ signal }) => api.get<MailServer>(address('/mail-server'), signal),
  refetchInterval: 15_000,
})

export const portalSettingsQuery = queryOptions({
  queryKey: ['messages', 'portal-settings'],
  queryFn: ({ signal }) => api.get<PortalSettings>(address('/portal-settings'), signal),
})

export const portalQuery = (influencerId: number) =>
  queryOptions({
    queryKey: ['messages', 'portal', influencerId],
    queryFn: ({ signal }) => api.get<Portal>(address(`/influencers/${influencerId}/portal`), signal),
  })

export const wishesQuery = queryOptions({
  queryKey: ['messages', 'wishes'],
  queryFn: ({ signal }) => api.get<{ items: Wish[] }>(address('/code-wishes'), signal),
})

/** A write; afterwards everything about messages is asked for again. */
export function useMessageWrite<Answer>(path: string, onDone: (answer: Answer) => void | Promise<void> = () => undefined) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body?: unknown) => api.post<Answer>(address(path), body ?? {}),
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: ['messages'] })
      await onDone(answer)
    },
  })
}
