import { Button, NativeSelect } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { int } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { m } from '../../text/messages'
import { MessageRow } from './MessageRow'
import { messagesQuery } from './queries'

const STATES = ['queued', 'held', 'sending', 'sent', 'failed', 'uncertain', 'unsubscribed', 'withdrawn']

export function MessageList() {
  const [search, setSearch] = useSearchParams()
  const state = STATES.find((name) => name === search.get('state')) ?? ''
  const query = useInfiniteQuery(messagesQuery(state))
  if (query.error && !query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <CardSkeleton lines={8} title={false} />
  const counts = query.data.pages[0]?.counts ?? {}
  const items = query.data.pages.flatMap((page) => page.items)
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const choose = (name: string) => setSearch(name ? { state: name } : {}, { replace: true })
  return (
    <>
      {(counts.uncertain ?? 0) > 0 && state !== 'uncertain' && (
        <Banner
          tone="warning"
          title={m.uncertainTitle(counts.uncertain ?? 0)}
          actions={
            <Button variant="default" onClick={() => choose('uncertain')}>
              {m.look}
            </Button>
          }
        >
          {m.uncertainText}
        </Banner>
      )}
      <section className="card" aria-label={m.title}>
        {all > 0 && (
          <div className="bar">
            <NativeSelect
              aria-label={m.state}
              data={[
                { value: '', label: `${m.all} (${int(all)})` },
                ...STATES.filter((name) => name === state || (counts[name] ?? 0) > 0).map((name) => ({
                  value: name,
                  label: `${m.states[name] ?? name} (${int(counts[name] ?? 0)})`,
                })),
              ]}
              value={state}
              onChange={(event) => choose(event.currentTarget.value)}
            />
          </div>
        )}
        {items.length === 0 ? (
          <Empty
            icon={<IconMail size={28} aria-hidden />}
            title={all > 0 ? m.noneMatch : m.none}
            {...(all === 0 && { text: m.noneText })}
          />
        ) : (
          <ul className="list">
            {items.map((message) => (
              <MessageRow key={message.id} message={message} />
            ))}
          </ul>
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
    </>
  )
}
