import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { address, api, download } from '../../api/client'
import { int } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { problemText } from '../../parts/Failed'
import { p } from '../../text/people'
import { importsQuery, isWorking, OUTCOMES, type Import } from './imports'
import { RowResults } from './RowResults'

interface ResultStepProps {
  file: Import
  onStarted: (file: Import) => void
  onColumns: () => void
  onAnother: () => void
  onClose: () => void
}

/** The check, the import and its end: counts, then the rows. */
export function ResultStep({ file, onStarted, onColumns, onAnother, onClose }: ResultStepProps) {
  const client = useQueryClient()
  const done = file.state === 'done'
  useEffect(() => {
    if (!done) return
    void client.invalidateQueries({ queryKey: ['influencers'] })
    void client.invalidateQueries({ queryKey: importsQuery.queryKey, exact: true })
  }, [client, done])
  const apply = useMutation({
    mutationFn: () => api.post<Import>(address(`/influencer-imports/${file.id}/apply`)),
    onSuccess: onStarted,
  })
  const save = useMutation({
    mutationFn: () => download(address(`/influencer-imports/${file.id}/result.csv`), 'import-result.csv'),
  })
  const problem = apply.error ?? save.error
  const changes = file.counts.created + file.counts.updated

  if (file.state === 'failed') {
    return (
      <Banner tone="danger" title={p.import.failed} actions={<Button onClick={onAnother}>{p.import.another}</Button>}>
        {file.message}
      </Banner>
    )
  }
  return (
    <div className="stack wide">
      <div role="status">
        <div className="strong">{heading(file, changes)}</div>
        <div className="muted small">{subline(file)}</div>
      </div>
      {isWorking(file) && <Progress file={file} />}
      <dl className="states" style={{ margin: 0 }}>
        {OUTCOMES.map((outcome) => (
          <div className="state" key={outcome}>
            <dt className="muted small">{p.import.outcomes[outcome]}</dt>
            <dd className="state-value" style={{ margin: 0 }}>
              {int(file.counts[outcome])}
            </dd>
          </div>
        ))}
      </dl>
      {!isWorking(file) && <RowResults key={file.state} file={file} />}
      {problem && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(problem)}
        </div>
      )}
      <div className="row end wrap">
        {!isWorking(file) && (
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
            {p.import.download}
          </Button>
        )}
        {file.state === 'checked' && (
          <>
            <Button variant="default" onClick={onColumns}>
              {p.import.back}
            </Button>
            <Button disabled={changes === 0} loading={apply.isPending} onClick={() => apply.mutate()}>
              {changes === 0 ? p.import.nothing : p.import.apply(changes)}
            </Button>
          </>
        )}
        {done && (
          <>
            <Button variant="default" onClick={onAnother}>
              {p.import.another}
            </Button>
            <Button onClick={onClose}>{p.close}</Button>
          </>
        )}
      </div>
    </div>
  )
}

function heading(file: Import, changes: number): string {
  if (file.state === 'checking') return p.import.checking(file.checked, file.rows)
  if (file.state === 'applying') return p.import.applying(file.applied, file.rows)
  return file.state === 'checked' ? p.import.checked : p.import.done(changes)
}

function subline(file: Import): string {
  if (file.state === 'applying') return p.import.leave
  if (file.counts.refused > 0 && !isWorking(file)) return p.import.leftOut(file.counts.refused)
  return p.import.file(file.name || p.import.pasted, file.rows, file.encoding)
}

function Progress({ file }: { file: Import }) {
  const done = file.state === 'checking' ? file.checked : file.applied
  const percent = Math.round((done / Math.max(1, file.rows)) * 100)
  return (
    <div
      className="segments"
      role="progressbar"
      aria-label={p.import.title}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span style={{ width: `${percent}%`, background: 'var(--sc-success-solid)' }} />
    </div>
  )
}
