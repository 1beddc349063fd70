import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { Roster } from '../../api/types'
import { ago, int } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { useZone } from '../../session'
import { t } from '../../text'

const COUNTS = ['waiting', 'sent', 'stuck'] as const

export function PushCard({ push }: { push: Roster['push'] }) {
  const zone = useZone()
  const client = useQueryClient()
  const retry = useMutation({
    mutationFn: () => api.post(address('/roster/retry')),
    onSuccess: () => client.invalidateQueries({ queryKey: ['roster'] }),
  })
  return (
    <Card
      title={t.roster.push}
      aside={
        push.stuck > 0 && (
          <Permitted to="issue">
            <Button
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={retry.isPending}
              onClick={() => retry.mutate()}
            >
              {t.roster.retry(push.stuck)}
            </Button>
          </Permitted>
        )
      }
    >
      <div className="stack">
        <div className="muted" role="status">
          {push.waiting + push.stuck === 0 ? t.roster.inStep : t.roster.pushText}
          {push.oldest_waiting_at && ` ${t.roster.oldest(ago(push.oldest_waiting_at, zone))}`}
        </div>
        {push.error && <Banner tone="warning" title={t.roster.pushFailed}>{push.error}</Banner>}
        {retry.error && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(retry.error)}
          </div>
        )}
        <div className="states">
          {COUNTS.map((name) => (
            <div key={name} className="state">
              <div className="small muted">{t.roster[name]}</div>
              <div className="state-value">{int(push[name])}</div>
            </div>
          ))}
        </div>
        {push.stuck_items.length > 0 && (
          <div>
            <div className="strong">{t.roster.stuckTitle(push.stuck)}</div>
            <ul className="terms">
              {push.stuck_items.map((item) => (
                <li key={item.id}>
                  {t.roster.events[item.type] ?? item.type}
                  {item.influencer && (
                    <>
                      , <bdi>{item.influencer}</bdi>
                    </>
                  )}
                  <div className="muted small">
                    {item.error} · {t.roster.attempts(item.attempts)}
                  </div>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  )
}
