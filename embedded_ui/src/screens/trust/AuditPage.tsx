import { Button, NativeSelect } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { address, download } from '../../api/client'
import { Empty } from '../../parts/Empty'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { AuditRows } from './AuditRows'
import { auditQuery, keysQuery, usersQuery } from './queries'

const back = { to: '/settings', label: t.trust.back }

export default function AuditPage() {
  const [search, setSearch] = useSearchParams()
  const filter = { actor: search.get('actor') ?? '', subject: search.get('subject') ?? '' }
  const query = useInfiniteQuery(auditQuery(filter))
  const names = useNames()
  const save = useMutation({ mutationFn: () => download(address('/audit.csv', filter), 'audit-log.csv') })
  const entries = query.data?.pages.flatMap((page) => page.items) ?? []
  const filtered = filter.actor !== '' || filter.subject !== ''

  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search)
    if (value) next.set(name, value)
    else next.delete(name)
    setSearch(next, { replace: true })
  }
  return (
    <Page
      title={t.trust.audit}
      back={back}
      layout="full"
      facts={save.error ? problemText(save.error) : t.trust.auditText}
      actions={
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
          {t.trust.exportCsv}
        </Button>
      }
    >
      {query.error && !query.data ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <section className="card" aria-label={t.trust.audit}>
          <div className="bar">
            <NativeSelect
              aria-label={t.trust.who}
              data={[{ value: '', label: t.trust.anybody }, ...[...names].map(([value, label]) => ({ value, label }))]}
              value={filter.actor}
              onChange={(event) => set('actor', event.currentTarget.value)}
            />
            <NativeSelect
              aria-label={t.trust.what}
              data={[
                { value: '', label: t.trust.anything },
                ...Object.entries(t.trust.subjects).map(([value, label]) => ({ value, label })),
              ]}
              value={filter.subject}
              onChange={(event) => set('subject', event.currentTarget.value)}
            />
          </div>
          {!query.data ? (
            <CardSkeleton lines={8} title={false} />
          ) : entries.length === 0 ? (
            <Empty
              icon={<IconHistory size={28} aria-hidden />}
              title={filtered ? t.trust.noMatch : t.trust.noEntries}
              {...(!filtered && { text: t.trust.noEntriesText })}
            />
          ) : (
            <AuditRows entries={entries} names={names} />
          )}
          {query.hasNextPage && (
            <div className="card-foot">
              <Button
                variant="default"
                size="compact-sm"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t.actions.showMore}
              </Button>
            </div>
          )}
        </section>
      )}
    </Page>
  )
}

/** Actors of the log by the names that people know. */
function useNames(): Map<string, string> {
  const { data: users } = useQuery(usersQuery)
  const { data: keys } = useQuery(keysQuery)
  return new Map([
    ...(users?.items ?? []).map((user) => [user.actor, user.name || t.trust.unknown] as const),
    ...(keys?.items ?? []).map((key) => [`key:${key.id}`, t.trust.keyActor(key.name)] as const),
  ])
}
