import { IconCheck, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { storeQuery } from '../../api/queries'
import type { StoreHealth } from '../../api/types'
import { ago, clock, date, dateTime, duration } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'

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
  const missing = store.scopes.wanted.filter((scope) => !store.scopes.granted.includes(scope))
  return (
    <Page
      title={store.name}
      back={back}
      badge={<Status of={store.state === 'active' ? 'connected' : store.state} />}
      facts={`${t.store.platforms[store.platform] ?? store.platform} · ${store.domain}`}
    >
      <div className="stack wide">
        {store.state === 'uninstalled' && <Banner tone="warning" title={t.failed.uninstalled}>{t.store.uninstalledText}</Banner>}
        <div className="columns">
          <div className="stack wide">
            <OrdersCard store={store} />
            <Permissions wanted={store.scopes.wanted} missing={missing} />
          </div>
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
        </div>
      </div>
    </Page>
  )
}

function OrdersCard({ store }: { store: StoreHealth }) {
  const zone = store.time_zone
  return (
    <Card title={t.store.webhooks}>
      <Facts
        items={[
          [
            t.store.lastDelivery,
            store.last_delivery_at ? (
              <span key="last" title={dateTime(store.last_delivery_at, zone)}>
                {ago(store.last_delivery_at, zone)}
              </span>
            ) : (
              t.store.never
            ),
          ],
          [t.store.lag, t.store.lagFacts(store.inbox.waiting, duration(store.inbox.lag_seconds))],
          [
            t.store.reconciled,
            store.reconciled_at ? t.store.checked(clock(store.reconciled_at, zone), store.missed ?? 0) : t.store.notChecked,
          ],
          [t.store.completeFrom, store.orders_complete_from ? date(store.orders_complete_from, zone) : t.none],
        ]}
      />
      {store.problems.length > 0 && (
        <ul className="terms" style={{ marginTop: 12 }}>
          {store.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Permissions({ wanted, missing }: { wanted: string[]; missing: string[] }) {
  return (
    <Card title={t.store.permissions}>
      <ul className="list bare">
        {wanted.map((scope) => {
          const lacks = missing.includes(scope)
          const Icon = lacks ? IconX : IconCheck
          return (
            <li key={scope} className="row" style={{ paddingInline: 0 }}>
              <Icon
                size={16}
                stroke={2.5}
                aria-label={lacks ? t.store.missing : t.store.granted}
                style={{ color: `var(--sc-${lacks ? 'danger' : 'success'}-solid)` }}
              />
              <span className="mono">{scope}</span>
            </li>
          )
        })}
      </ul>
      <div className="muted" style={{ marginTop: 8 }}>
        {missing.length === 0 ? t.store.allGranted : t.store.missingText}
      </div>
    </Card>
  )
}
