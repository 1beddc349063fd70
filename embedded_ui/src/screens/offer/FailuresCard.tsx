import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import type { Run } from '../../api/types'
import { int } from '../../lib/format'
import { retriable } from '../../lib/run'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { t } from '../../text'
import { useRunAction } from './RunCard'

/** Failures by reason, with what a retry will do and one button that says how many it takes. */
export function FailuresCard({ run, onSeeCodes }: { run: Run; onSeeCodes: () => void }) {
  const retry = useRunAction(run, 'retry')
  const count = retriable(run.failures)
  return (
    <Card
      flush
      title={t.run.failures(run.counts.failed, run.failures.length)}
      aside={
        count > 0 && (
          <Permitted to="issue">
            <Button
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={retry.isPending}
              onClick={() => retry.mutate()}
            >
              {t.run.retry(count)}
            </Button>
          </Permitted>
        )
      }
    >
      {retry.error && (
        <div role="alert" className="card-body" style={{ color: 'var(--sc-danger)' }}>
          {problemText(retry.error)}
        </div>
      )}
      <ul className="list" style={{ marginTop: 8 }}>
        {run.failures.map((failure) => {
          const reason = t.run.reasons[failure.reason] ?? failure.reason
          return (
            <li key={`${failure.reason} ${failure.text}`} className="row top wrap" style={{ gap: 12 }}>
              <span className="num strong" style={{ width: 36 }}>
                {int(failure.count)}
              </span>
              <div className="grow" style={{ minWidth: 200 }}>
                <div className="strong">{reason}</div>
                <div className="muted">{failure.text}</div>
              </div>
              <span className="row small">
                <span className="muted">{failure.can_retry ? t.run.inRetry : t.run.notInRetry}</span>
                <button type="button" className="text-button" onClick={onSeeCodes}>
                  {t.run.seeCodes}
                  <span className="visually-hidden">{t.run.seeCodesOf(reason)}</span>
                </button>
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
