import { Button } from '@mantine/core'
import { ApiError } from '../api/client'
import { t } from '../text'
import { Card } from './Card'

const title = (error: Error) => {
  if (!(error instanceof ApiError)) return t.failed.crashed
  if (error.status === 401) return t.failed.signedOut
  if (error.status === 404) return t.failed.notFound
  return t.failed.title
}

const explain = (error: Error) => {
  if (!(error instanceof ApiError)) return t.failed.crashedHelp
  if (error.status === 401) return t.failed.signedOutHelp
  if (error.status === 404) return t.failed.notFoundHelp
  if (error.status === 0) return `${t.failed.noAnswer} ${t.failed.nothingChanged}`
  return `${error.message} ${t.failed.nothingChanged}`
}

/** Stands where the data would; `onRetry` missing means that only a new page can help. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const again = error instanceof ApiError && error.status !== 401 ? onRetry : undefined
  const requestId = error instanceof ApiError ? error.problem.request_id : undefined
  return (
    <Card>
      <div role="alert" className="stack">
        <div>
          <div className="strong">{title(error)}</div>
          <div className="muted">{explain(error)}</div>
        </div>
        <div className="row wrap">
          <Button variant="default" onClick={again ?? (() => window.location.reload())}>
            {again ? t.actions.tryAgain : t.actions.reload}
          </Button>
          {requestId && <span className="muted small">{t.failed.requestId(requestId)}</span>}
        </div>
      </div>
    </Card>
  )
}

/** The same words for a write that was refused, to stand beside its button. */
export function problemText(error: Error): string {
  return error instanceof ApiError && error.status === 0 ? t.failed.noAnswer : error.message
}
