import { Button } from '@mantine/core'
import { IconPlayerStop } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { showToast } from '../../host/toast'
import { clock, duration, int } from '../../lib/format'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { useZone } from '../../session'
import { t } from '../../text'
import { m } from '../../text/messages'
import { messageRunsQuery, useMessageWrite, type MessageRun } from './queries'

const SHOWN = ['sent', 'queued', 'held', 'failed'] as const
const SOLID: Record<string, string> = { sent: 'success', held: 'warning', failed: 'danger', uncertain: 'warning' }

/** Sendings to many that are on their way. */
export function Runs() {
  const { data } = useQuery(messageRunsQuery)
  const running = data?.items.filter((run) => run.state === 'running') ?? []
  return running.map((run) => <RunCard key={run.id} run={run} />)
}

const count = (run: MessageRun, state: string) => run.counts[state] ?? 0

function RunCard({ run }: { run: MessageRun }) {
  const heading = useId()
  const zone = useZone()
  const percent = (state: string) => (run.total === 0 ? 0 : (count(run, state) / run.total) * 100)
  const done = Math.floor(percent('sent'))
  return (
    <section className="card" aria-labelledby={heading}>
      <div className="card-body stack" style={{ paddingTop: 16 }}>
        <div className="row wrap between">
          <h2 id={heading} className="figures" style={{ margin: 0, fontSize: 20, lineHeight: '28px' }}>
            {m.runTitle(count(run, 'sent'), run.total)}
          </h2>
          <StopRun run={run} />
        </div>
        <div
          className="segments"
          role="progressbar"
          aria-labelledby={heading}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={done}
        >
          {(['sent', 'failed', 'held', 'uncertain'] as const).map((state) => (
            <span key={state} style={{ width: `${percent(state)}%`, background: `var(--sc-${SOLID[state] ?? ''}-solid)` }} />
          ))}
        </div>
        <div className="row wrap muted figures" style={{ gap: '2px 16px' }}>
          <span>{m.runOf(run.template_name)}</span>
          {run.rate !== null && <span>{m.rate(run.rate.toLocaleString(undefined, { maximumFractionDigits: 1 }))}</span>}
          {run.seconds_left !== null && <span>{t.run.left(duration(run.seconds_left))}</span>}
          <span>{t.run.started(clock(run.created_at, zone), t.actor(run.started_by))}</span>
        </div>
        {run.trouble && <div style={{ color: 'var(--sc-warning)' }}>{run.trouble}</div>}
        <div className="states">
          {SHOWN.map((state) => (
            <div key={state} className="state">
              <div className="small muted">{m.states[state]}</div>
              <div className="state-value">{int(count(run, state))}</div>
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}

function StopRun({ run }: { run: MessageRun }) {
  const [asking, setAsking] = useState(false)
  const stop = useMessageWrite(`/message-runs/${run.id}/stop`, async () => {
    setAsking(false)
    await showToast(m.withdrawn)
  })
  return (
    <>
      <Permitted to="issue">
        <Button variant="default" leftSection={<IconPlayerStop size={15} aria-hidden />} onClick={() => setAsking(true)}>
          {m.stop}
        </Button>
      </Permitted>
      <Confirm
        opened={asking}
        title={m.stopTitle}
        action={m.stop}
        cancel={m.goOn}
        busy={stop.isPending}
        error={stop.error ? problemText(stop.error) : undefined}
        onConfirm={() => stop.mutate({})}
        onClose={() => setAsking(false)}
      >
        {m.stopText(count(run, 'sent'), count(run, 'queued') + count(run, 'held'))}
      </Confirm>
    </>
  )
}
