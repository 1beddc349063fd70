import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { address, api } from '../../api/client'
import type { Roster } from '../../api/types'
import { dateTime, int } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { useZone } from '../../session'
import { t } from '../../text'

const COUNTS = ['seen', 'created', 'updated', 'archived', 'refused'] as const

export function PullCard({ roster }: { roster: Roster }) {
  const zone = useZone()
  const client = useQueryClient()
  const running = roster.pull.state === 'running'
  const start = useMutation({
    mutationFn: () => api.post(address('/roster/pull')),
    onSuccess: () => client.invalidateQueries({ queryKey: ['roster'] }),
  })

  useEffect(() => {
    // What the pull brought must be there when the table is opened next.
    if (running) return () => void client.invalidateQueries({ queryKey: ['influencers'] })
    return undefined
  }, [client, running])

  return (
    <Card
      title={t.roster.pull}
      aside={
        <Permitted to="issue">
          <Button loading={start.isPending} disabled={running} onClick={() => start.mutate()}>
            {running ? t.roster.pulling : t.roster.pullNow}
          </Button>
        </Permitted>
      }
    >
      <div className="stack">
        <div className="muted" role="status">
          {running ? t.roster.pulling : roster.pulled_at ? t.roster.pulledAt(dateTime(roster.pulled_at, zone)) : t.roster.neverPulled}
        </div>
        {(roster.pull.error ?? start.error) && (
          <Banner tone="warning" title={t.roster.pullFailed}>
            {start.error ? problemText(start.error) : roster.pull.error}
          </Banner>
        )}
        <div className="states">
          {COUNTS.filter((name) => name !== 'refused' || roster.pull.refused > 0).map((name) => (
            <div key={name} className="state">
              <div className="small muted">{t.roster[name]}</div>
              <div className="state-value">{int(roster.pull[name])}</div>
            </div>
          ))}
        </div>
        {roster.pull.refused_rows.length > 0 && (
          <div>
            <div className="strong">{t.roster.refusedTitle(roster.pull.refused)}</div>
            <ul className="terms">
              {roster.pull.refused_rows.map((row) => (
                <li key={row.external_id}>
                  <span className="mono">{row.external_id}</span> <span className="muted">{row.reason}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  )
}
