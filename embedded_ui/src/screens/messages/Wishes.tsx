import { Button } from '@mantine/core'
import { IconHeart } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { showToast } from '../../host/toast'
import { ago } from '../../lib/format'
import { Empty } from '../../parts/Empty'
import { Failed, problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { CardSkeleton } from '../../parts/Waiting'
import { useZone } from '../../session'
import { m } from '../../text/messages'
import { useMessageWrite, wishesQuery, type Wish } from './queries'

/** Codes that people asked for on their own page. */
export function Wishes() {
  const { data, error, refetch } = useQuery(wishesQuery)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <CardSkeleton lines={4} title={false} />
  return (
    <section className="card" aria-label={m.tabs.wishes}>
      {data.items.length === 0 ? (
        <Empty icon={<IconHeart size={28} aria-hidden />} title={m.wishesNone} text={m.wishesNoneText} />
      ) : (
        <ul className="list">
          {data.items.map((wish) => (
            <WishRow key={wish.id} wish={wish} />
          ))}
        </ul>
      )}
    </section>
  )
}

function WishRow({ wish }: { wish: Wish }) {
  const zone = useZone()
  const approve = useMessageWrite(`/code-wishes/${wish.id}/approve`, () => showToast(m.approved(wish.code)))
  const decline = useMessageWrite(`/code-wishes/${wish.id}/decline`, () => showToast(m.declined))
  const error = approve.error ?? decline.error
  return (
    <li className="row wrap">
      <div className="grow">
        <div className="strong mono">{wish.code}</div>
        <div className="muted small">
          <Link className="plain-link" to={`/influencers/${wish.influencer.id}`}>
            <bdi>{wish.influencer.name}</bdi>
          </Link>{' '}
          · {m.asked(ago(wish.asked_at, zone))}
        </div>
        {wish.taken && <div className="small">{m.taken}</div>}
        {error && (
          <div role="alert" className="small" style={{ color: 'var(--sc-danger)' }}>
            {problemText(error)}
          </div>
        )}
      </div>
      <Permitted to="issue">
        <div className="row">
          <Button variant="default" size="compact-sm" loading={decline.isPending} onClick={() => decline.mutate({})}>
            {m.decline}
            <span className="visually-hidden"> {wish.code}</span>
          </Button>
          <Button variant="default" size="compact-sm" loading={approve.isPending} onClick={() => approve.mutate({})}>
            {m.approve}
            <span className="visually-hidden"> {wish.code}</span>
          </Button>
        </div>
      </Permitted>
    </li>
  )
}
