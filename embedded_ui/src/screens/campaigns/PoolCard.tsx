import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Incentive } from '../../api/campaigns'
import { money } from '../../lib/format'
import { Permitted } from '../../parts/Permitted'
import { k } from '../../text/campaigns'

interface PoolCardProps {
  incentive: Incentive
  open: boolean
  onAdd: () => void
}

/** An incentive's pool: how much is left, where the warning level lies, how long it lasts. */
export function PoolCard({ incentive, open, onAdd }: PoolCardProps) {
  const { pool } = incentive
  return (
    <section className="card pool" aria-label={k.pool.label(incentive.name)}>
      <div className="pool-body">
        <div className="row wrap">
          <span className="pool-name">{incentive.name}</span>
          <span className="muted small">{factsOf(incentive)}</span>
        </div>
        <div className="row">
          <Gauge incentive={incentive} />
          <span className="strong figures nowrap">
            {pool.total > 0 ? k.pool.left(pool.left, pool.total) : k.pool.empty}
          </span>
        </div>
        <div className="small row wrap">
          {pool.low && (
            <span className="low-text row">
              <IconAlertTriangle size={14} aria-hidden />
              {k.pool.low(incentive.warn_at)}
            </span>
          )}
          {pool.days_left !== null && <span className={pool.low ? 'low-text' : 'muted'}>{k.pool.lasts(pool.days_left)}</span>}
          <span className="muted">{otherCounts(incentive).join(' · ')}</span>
        </div>
        <Import incentive={incentive} />
      </div>
      <div className="row wrap">
        {open && (
          <Permitted to="issue">
            <Button variant="default" onClick={onAdd}>
              {k.pool.add}
            </Button>
          </Permitted>
        )}
        <span className="muted small nowrap">
          {incentive.top_up > 0 ? k.pool.topUp(incentive.top_up) : k.pool.noTopUp}
        </span>
      </div>
    </section>
  )
}

export function factsOf(incentive: Incentive): string {
  const parts = [k.incentive.kind]
  if (incentive.value) parts.push(k.incentive.worth(money(incentive.value)))
  parts.push(k.incentive.releasedIn(k.stages[incentive.timing]))
  return parts.join(' · ')
}

function otherCounts({ pool }: Incentive): string[] {
  const parts: string[] = []
  if (pool.coming > 0) parts.push(k.pool.coming(pool.coming))
  if (pool.held > 0) parts.push(k.pool.held(pool.held))
  if (pool.released > 0) parts.push(k.pool.released(pool.released))
  if (pool.broken > 0) parts.push(k.pool.broken(pool.broken))
  return parts
}

function Gauge({ incentive }: { incentive: Incentive }) {
  const { pool, warn_at: warn } = incentive
  const share = pool.total > 0 ? (100 * pool.left) / pool.total : 0
  const mark = pool.total > 0 && warn > 0 && warn < pool.total ? (100 * warn) / pool.total : null
  return (
    <div
      className="gauge grow"
      data-low={pool.low}
      role="progressbar"
      aria-label={k.pool.label(incentive.name)}
      aria-valuenow={pool.left}
      aria-valuemin={0}
      aria-valuemax={Math.max(pool.total, 1)}
      aria-valuetext={k.pool.left(pool.left, pool.total)}
    >
      <span style={{ width: `${share}%` }} />
      {mark !== null && <i style={{ left: `${mark}%` }} aria-hidden />}
    </div>
  )
}

function Import({ incentive }: { incentive: Incentive }) {
  const run = incentive.last_import
  const waits = incentive.offer?.waits_for_approval === true && incentive.owed > 0
  const done = run ? run.total - run.counts.waiting : 0
  return (
    <>
      {waits && <div className="small low-text">{k.pool.approval}</div>}
      {run && run.state !== 'finished' && (
        <div className="small muted" role="status">
          {run.trouble || k.pool.looking(done, run.total)}
        </div>
      )}
      {run?.state === 'finished' && run.counts.refused > 0 && (
        <div className="small low-text">{k.pool.importRefused(run.counts.refused)}</div>
      )}
    </>
  )
}
