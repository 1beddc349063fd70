import { Button } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { ApiKey } from '../../api/types'
import { showToast } from '../../host/toast'
import { dateTime } from '../../lib/format'
import { Confirm } from '../../parts/Confirm'
import { Empty } from '../../parts/Empty'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { CardSkeleton } from '../../parts/Waiting'
import { useZone } from '../../session'
import { t } from '../../text'
import { NewKey } from './NewKey'
import { keysQuery } from './queries'

const back = { to: '/settings', label: t.trust.back }

export default function KeysPage() {
  const { data, error, refetch } = useQuery(keysQuery)
  return (
    <Page
      title={t.trust.keys}
      back={back}
      facts={t.trust.keysText}
      actions={
        <Button component="a" href="/docs" target="_blank" rel="noopener" variant="default">
          {t.trust.reference}
        </Button>
      }
    >
      {error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <CardSkeleton lines={6} title={false} />
      ) : (
        <div className="stack wide">
          <NewKey />
          <section className="card" aria-label={t.trust.keys}>
            {data.items.length === 0 ? (
              <Empty icon={<IconKey size={28} aria-hidden />} title={t.trust.noKeys} text={t.trust.noKeysText} />
            ) : (
              <ul className="list">
                {data.items.map((key) => (
                  <KeyRow key={key.id} row={key} />
                ))}
              </ul>
            )}
          </section>
        </div>
      )}
    </Page>
  )
}

function KeyRow({ row }: { row: ApiKey }) {
  const zone = useZone()
  const used = row.last_used_at ? t.trust.lastUsed(dateTime(row.last_used_at, zone)) : t.trust.neverUsed
  return (
    <li className="row wrap">
      <div className="grow">
        <div className="strong">
          <bdi>{row.name}</bdi> <span className="mono muted">{row.prefix}…</span>
        </div>
        <div className="muted small">
          {t.trust.scopes[row.scope]} · {t.trust.keyFacts(dateTime(row.created_at, zone))} · {used}
        </div>
      </div>
      {row.revoked_at ? <Status of="disabled">{t.trust.revoked}</Status> : <Revoke row={row} />}
    </li>
  )
}

function Revoke({ row }: { row: ApiKey }) {
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api.post(address(`/keys/${row.id}/revoke`)),
    onSuccess: async () => {
      setAsking(false)
      await client.invalidateQueries({ queryKey: ['keys'] })
      await showToast(t.trust.revokedToast(row.name))
    },
  })
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => setAsking(true)}>
        {t.trust.revoke}
        <span className="visually-hidden"> {row.name}</span>
      </Button>
      <Confirm
        opened={asking}
        risky
        title={t.trust.revokeTitle(row.name)}
        action={t.trust.revoke}
        busy={revoke.isPending}
        error={revoke.error ? problemText(revoke.error) : undefined}
        onConfirm={() => revoke.mutate()}
        onClose={() => setAsking(false)}
      >
        {t.trust.revokeText}
      </Confirm>
    </>
  )
}
