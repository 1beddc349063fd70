import { Button } from '@mantine/core'
import { useQuery, type QueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { homeQuery } from '../../api/queries'
import type { Home } from '../../api/types'
import { longDate } from '../../lib/format'
import { Failed } from '../../parts/Failed'
import { Later } from '../../parts/Later'
import { Page } from '../../parts/Page'
import { TotalTiles } from '../../parts/Tiles'
import { CardSkeleton } from '../../parts/Waiting'
import { useSession, useZone } from '../../session'
import { t } from '../../text'
import { Attention } from './Attention'
import { RecentRuns } from './RecentRuns'
import { RevenueCard } from './RevenueCard'
import { Setup } from './Setup'
import { TopInfluencers } from './TopInfluencers'

export const load = (client: QueryClient) => [client.query(homeQuery)]

export default function HomePage() {
  const { data, error, refetch } = useQuery(homeQuery)
  const zone = useZone()
  const [now] = useState(() => new Date())
  const hour = Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(now))
  return (
    <Page
      title={t.home.title(hour)}
      facts={t.home.facts(longDate(now, zone), zone)}
      actions={
        <Button component={Link} to="/offers/new">
          {t.offers.newOffer}
        </Button>
      }
    >
      {error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Later>{() => <Content home={data} />}</Later>
      ) : (
        <HomeSkeleton />
      )}
    </Page>
  )
}

function Content({ home }: { home: Home }) {
  const { store } = useSession()
  const open = home.setup.some((step) => !step.done)
  return (
    <div className="stack wide">
      <Attention items={home.attention} />
      <TotalTiles totals={home.totals} currency={store.currency} to="/redemptions" />
      <div className="columns">
        <div className="stack wide">
          <RevenueCard days={home.days} />
          <TopInfluencers top={home.top} />
        </div>
        <div className="stack wide">
          {open && <Setup steps={home.setup} />}
          <RecentRuns runs={home.runs} />
        </div>
      </div>
    </div>
  )
}

function HomeSkeleton() {
  return (
    <div className="stack wide" aria-busy>
      <CardSkeleton lines={2} />
      <CardSkeleton lines={2} title={false} />
      <div className="columns">
        <CardSkeleton lines={11} />
        <CardSkeleton lines={6} />
      </div>
    </div>
  )
}
