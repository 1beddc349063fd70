import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useParams } from 'react-router'
import { storeQuery } from '../../api/queries'
import type { StoreHealth } from '../../api/types'
import { Banner } from '../../parts/Banner'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { BeforeUninstall } from './BeforeUninstall'
import { FailedDeliveries, OrdersCard } from './OrdersCard'
import { Permissions, PrivacyRequests } from './Permissions'

const WooStore = lazy(() => import('./WooStore'))

const back = { to: '/settings', label: t.store.back }

export default function StorePage() {
  const { id } = useParams()
  const { data: store, error, refetch } = useQuery(storeQuery(Number(id)))
  if (!store) {
    return (
      <Page title={t.store.facts} back={back}>
        {error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="columns" aria-busy>
            <CardSkeleton lines={6} />
            <CardSkeleton lines={5} />
          </div>
        )}
      </Page>
    )
  }
  return (
    <Page
      title={store.name}
      back={back}
      badge={<Status of={store.state === 'active' ? 'connected' : store.state} />}
      facts={`${t.store.platforms[store.platform] ?? store.platform} · ${store.domain}`}
    >
      <div className="stack wide">
        {store.problems.length > 0 && <Problems problems={store.problems} />}
        <div className="columns">
          <div className="stack wide">
            <OrdersCard store={store} />
            {store.failed_deliveries.length > 0 && <FailedDeliveries store={store} />}
            {store.privacy_requests.length > 0 && <PrivacyRequests store={store} />}
            {store.state !== 'uninstalled' && <BeforeUninstall store={store} />}
            {store.platform === 'woocommerce' && (
              <Suspense fallback={<CardSkeleton lines={4} />}>
                <WooStore store={store} />
              </Suspense>
            )}
          </div>
          <div className="stack wide">
            <StoreFacts store={store} />
            {store.platform === 'shopify' && <Permissions scopes={store.scopes} />}
          </div>
        </div>
      </div>
    </Page>
  )
}

function Problems({ problems }: { problems: string[] }) {
  return (
    <Banner tone="warning" title={t.store.problems(problems.length)}>
      {problems.map((problem) => (
        <div key={problem}>{problem}</div>
      ))}
    </Banner>
  )
}

function StoreFacts({ store }: { store: StoreHealth }) {
  return (
    <Card title={t.store.facts}>
      <Facts
        items={[
          [t.store.domain, store.domain],
          [t.store.platform, t.store.platforms[store.platform] ?? store.platform],
          [t.store.currency, store.currency],
          [t.store.zone, store.time_zone],
        ]}
      />
    </Card>
  )
}
