import { Link } from 'react-router'
import type { Run } from '../../api/types'
import { dateTime } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Status } from '../../parts/Status'
import { useZone } from '../../session'
import { t } from '../../text'

export function RecentRuns({ runs }: { runs: Run[] }) {
  const zone = useZone()
  return (
    <Card
      title={t.home.runs}
      aside={
        <Link className="small" to="/offers">
          {t.home.allOffers}
        </Link>
      }
      flush
    >
      {runs.length === 0 ? (
        <div className="card-body muted">{t.home.noRuns}</div>
      ) : (
        <ul className="list" style={{ marginTop: 6 }}>
          {runs.map((run) => (
            <li key={run.id} className="row">
              <div className="grow">
                <Link to={`/offers/${run.offer_id}`} className="strong trunc plain-link" style={{ display: 'block' }}>
                  {run.offer_name}
                </Link>
                <div className="muted small figures">
                  {t.run.summary(run.counts.live, run.total)} · {dateTime(run.created_at, zone)}
                </div>
              </div>
              {run.state === 'finished' && run.counts.failed > 0 ? (
                <Status of="failed">{t.run.someFailed(run.counts.failed)}</Status>
              ) : (
                <Status of={run.state} />
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
