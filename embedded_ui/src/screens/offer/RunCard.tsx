import { Button } from '@mantine/core'
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { address, api } from '../../api/client'
import type { Run } from '../../api/types'
import { clock, duration, int } from '../../lib/format'
import { doneShare, segments, spokenStep } from '../../lib/run'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { Status } from '../../parts/Status'
import { Permitted } from '../../parts/Permitted'
import { useZone } from '../../session'
import { t } from '../../text'

const STATES = [
  ['live', 'disc', 'success'],
  ['creating', 'half', 'info'],
  ['queued', 'ring', 'neutral'],
  ['failed', 'square', 'danger'],
] as const

/** A run in progress (or stopped half-way): the count is the heading, and the counts below add up to it. */
export function RunCard({ run }: { run: Run }) {
  const heading = useId()
  const zone = useZone()
  return (
    <section className="card" aria-labelledby={heading}>
      <div className="card-body stack" style={{ paddingTop: 16 }}>
        <div className="row wrap between">
          <h2 id={heading} className="figures" style={{ margin: 0, fontSize: 20, lineHeight: '28px' }}>
            {t.run.codesMade(run.counts.live, run.total)}
          </h2>
          {run.state === 'running' && !run.stopping && <StopRun run={run} />}
          {run.stopping && <Status of="stopping" />}
          {run.state === 'stopped' && <ResumeRun run={run} />}
        </div>
        <Segments run={run} labelledBy={heading} />
        <div className="row wrap muted figures" style={{ gap: '2px 16px' }}>
          {run.state === 'running' && run.rate !== null && <span>{t.run.rate(int(Math.round(run.rate)))}</span>}
          {run.state === 'running' && run.seconds_left !== null && <span>{t.run.left(duration(run.seconds_left))}</span>}
          <span>{t.run.started(clock(run.created_at, zone), t.actor(run.started_by))}</span>
          <span className="grow desk" />
          {run.state === 'running' && <span>{t.run.mayLeave}</span>}
        </div>
        <div className="states">
          {STATES.map(([state, mark, tone]) => (
            <div key={state} className="state">
              <div className="row small muted" style={{ gap: 6 }}>
                <i className="mark" data-mark={mark} style={{ color: `var(--sc-${tone}-solid)` }} aria-hidden />
                {t.status[state]}
              </div>
              <div className="state-value">{int(run.counts[state])}</div>
            </div>
          ))}
        </div>
        <div role="status" className="visually-hidden">
          {t.run.spoken(spokenStep(doneShare(run)))}
        </div>
      </div>
    </section>
  )
}

const SOLID = { live: 'success', failed: 'danger', creating: 'info' } as const

export function Segments({ run, labelledBy }: { run: Run; labelledBy: string }) {
  return (
    <div
      className="segments"
      role="progressbar"
      aria-labelledby={labelledBy}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={doneShare(run)}
      aria-valuetext={t.run.valueText(run.counts.live, run.total, run.counts.failed)}
    >
      {segments(run).map(({ state, width }) => (
        <span key={state} style={{ width: `${width}%`, background: `var(--sc-${SOLID[state]}-solid)` }} />
      ))}
    </div>
  )
}

/** A write on the run; afterwards everything that shows it is asked for again. */
export function useRunAction(run: Run, action: 'stop' | 'resume' | 'retry', onDone?: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<Run>(address(`/runs/${run.id}/${action}`)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      onDone?.()
    },
  })
}

function StopRun({ run }: { run: Run }) {
  const [asking, setAsking] = useState(false)
  const stop = useRunAction(run, 'stop', () => setAsking(false))
  const rest = run.counts.queued + run.counts.creating
  return (
    <>
      <Permitted to="issue">
        <Button variant="default" leftSection={<IconPlayerStop size={15} aria-hidden />} onClick={() => setAsking(true)}>
          {t.run.stop}
        </Button>
      </Permitted>
      <Confirm
        opened={asking}
        title={t.run.stopTitle}
        action={t.run.stop}
        cancel={t.run.goOn}
        busy={stop.isPending}
        error={stop.error ? problemText(stop.error) : undefined}
        onConfirm={() => stop.mutate()}
        onClose={() => setAsking(false)}
      >
        {t.run.stopText(run.counts.live, rest)}
      </Confirm>
    </>
  )
}

function ResumeRun({ run }: { run: Run }) {
  const resume = useRunAction(run, 'resume')
  return (
    <Permitted to="issue">
      <Button
        leftSection={<IconPlayerPlay size={15} aria-hidden />}
        loading={resume.isPending}
        onClick={() => resume.mutate()}
      >
        {t.run.resume}
      </Button>
    </Permitted>
  )
}
