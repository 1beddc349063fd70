import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { StoreHealth } from '../../api/types'
import { showToast } from '../../host/toast'
import { dateTime } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { useMay } from '../../session'
import { t } from '../../text'
import { w } from '../../text/woo'
import './woo.css'

export default function WooStore({ store }: { store: StoreHealth }) {
  return (
    <>
      {store.checks.length > 0 && <Health store={store} />}
      {store.state !== 'uninstalled' && <Disconnect store={store} />}
    </>
  )
}

function Health({ store }: { store: StoreHealth }) {
  return (
    <Card title={w.health}>
      <div className="stack">
        <ul className="checks">
          {store.checks.map(({ name, good, text }) => (
            <li key={name}>
              <Mark good={good} />
              <span>{text}</span>
            </li>
          ))}
        </ul>
        <div className="row wrap">
          {store.checked_at && (
            <span className="muted small grow">{w.checked(dateTime(store.checked_at, store.time_zone))}</span>
          )}
          {store.admin_url && (
            <Button component="a" href={store.admin_url} target="_blank" rel="noopener" variant="default">
              {w.inWordPress}
            </Button>
          )}
        </div>
      </div>
    </Card>
  )
}

function Mark({ good }: { good: boolean | null }) {
  if (good === null) return <IconInfoCircle size={18} color="var(--sc-muted)" aria-hidden />
  return good ? (
    <IconCircleCheck size={18} color="var(--sc-success)" aria-label={w.good} role="img" />
  ) : (
    <IconAlertTriangle size={18} color="var(--sc-danger)" aria-label={w.bad} role="img" />
  )
}

function Disconnect({ store }: { store: StoreHealth }) {
  const client = useQueryClient()
  const manages = useMay('manage')
  const [asking, setAsking] = useState(false)
  const disconnect = useMutation({
    mutationFn: () => api.post(address(`/stores/${store.id}/disconnect`)),
    onSuccess: async () => {
      setAsking(false)
      await showToast(w.disconnected(store.name))
      await client.invalidateQueries()
    },
  })
  return (
    <Card title={w.disconnect}>
      <div className="stack">
        <div className="muted">{w.disconnectText}</div>
        <div>
          <Button
            variant="default"
            disabled={!manages}
            title={manages ? undefined : t.trust.cannot.manage}
            onClick={() => setAsking(true)}
          >
            {w.disconnectIt}
          </Button>
        </div>
      </div>
      <Confirm
        opened={asking}
        risky
        title={w.disconnectTitle(store.name)}
        action={w.disconnect}
        busy={disconnect.isPending}
        error={disconnect.error ? problemText(disconnect.error) : undefined}
        onConfirm={() => disconnect.mutate()}
        onClose={() => setAsking(false)}
      >
        {w.disconnectText}
      </Confirm>
    </Card>
  )
}
