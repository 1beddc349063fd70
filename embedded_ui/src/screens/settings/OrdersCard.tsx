import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { StoreHealth } from '../../api/types'
import { ago, clock, date, dateTime, duration } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { t } from '../../text'

/** How orders come in: as the store tells them, and by asking the store what was missed. */
export function OrdersCard({ store }: { store: StoreHealth }) {
  const zone = store.time_zone
  const check = useMutation({
    mutationFn: () => api.post<{ queued: boolean }>(address(`/stores/${store.id}/reconcile`)),
  })
  const checked = store.reconciled_at
    ? t.store.checked(clock(store.reconciled_at, zone), store.missed ?? 0)
    : t.store.notChecked
  return (
    <Card
      title={t.store.webhooks}
      aside={
        <Permitted to="issue">
          <Button variant="default" size="compact-sm" loading={check.isPending} onClick={() => check.mutate()}>
            {t.store.checkNow}
          </Button>
        </Permitted>
      }
    >
      <Facts
        items={[
          [t.store.lastDelivery, <Ago key="delivery" at={store.last_delivery_at} zone={zone} />],
          [t.store.lag, t.store.lagFacts(store.inbox.waiting, duration(store.inbox.lag_seconds))],
          [t.store.reconciled, checked],
          [t.store.completeFrom, store.orders_complete_from ? date(store.orders_complete_from, zone) : t.none],
        ]}
      />
      <div role="status" className="muted small">
        {check.data && (check.data.queued ? t.store.checking : t.store.notQueued)}
        {check.error && problemText(check.error)}
      </div>
    </Card>
  )
}

function Ago({ at, zone }: { at: string | null; zone: string }) {
  return at ? <span title={dateTime(at, zone)}>{ago(at, zone)}</span> : t.store.never
}

export function FailedDeliveries({ store }: { store: StoreHealth }) {
  return (
    <Card title={t.store.failedDeliveries}>
      <ul className="terms">
        {store.failed_deliveries.map((delivery) => (
          <li key={delivery.delivery_id}>
            <span className="mono">{delivery.topic}</span> {dateTime(delivery.received_at, store.time_zone)}
            <div className="muted small">{delivery.error}</div>
          </li>
        ))}
      </ul>
    </Card>
  )
}
