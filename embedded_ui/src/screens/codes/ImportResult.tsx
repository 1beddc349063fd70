import { Button, Progress } from '@mantine/core'
import '@mantine/core/styles/Progress.layer.css'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { address, download } from '../../api/client'
import { int, dateTime } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { problemText } from '../../parts/Failed'
import { useZone } from '../../session'
import { t } from '../../text'
import { c } from '../../text/codes'
import { importQuery, refusedQuery, useForgetCodes, type CodeImport } from './queries'

interface ImportResultProps {
  started: CodeImport
  onAgain: () => void
  onClose: () => void
}

/** How far the import is, then what became of each code. */
export function ImportResult({ started, onAgain, onClose }: ImportResultProps) {
  const zone = useZone()
  const { data } = useQuery({ ...importQuery(started.id), initialData: started })
  const over = data.state === 'finished'
  const forget = useForgetCodes()
  useEffect(() => {
    if (over) void forget()
    // Once, when it is over: `forget` is new at each render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [over])
  const { counts } = data
  const made = counts.linked + counts.kept
  const save = useMutation({
    mutationFn: () => download(address(`/code-imports/${data.id}/result.csv`), 'import-result.csv'),
  })
  const heading = !over
    ? data.state === 'reading'
      ? c.import.reading
      : c.import.working(data.total - counts.waiting, data.total)
    : made > 0
      ? c.import.done(made)
      : c.import.nothing
  return (
    <div className="stack wide">
      <div role="status" className="strong">
        {heading}
      </div>
      {!over && (
        <Progress
          aria-label={heading}
          value={data.total > 0 ? (100 * (data.total - counts.waiting)) / data.total : 0}
          transitionDuration={0}
        />
      )}
      {data.trouble && <Banner tone="warning" title={data.trouble} />}
      <div className="states">
        {(['linked', 'kept', 'refused', 'waiting'] as const).map((state) => (
          <div key={state} className="state">
            <div className="small muted">{c.import.counts[state]}</div>
            <div className="state-value">{int(counts[state])}</div>
          </div>
        ))}
      </div>
      {over && made > 0 && <div className="muted">{c.import.from(dateTime(data.created_at, zone))}</div>}
      {!over && <div className="muted">{c.import.mayLeave}</div>}
      {over && counts.refused > 0 && <Refused id={data.id} total={counts.refused} />}
      {save.error && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(save.error)}
        </div>
      )}
      <div className="row end wrap">
        {over && (
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
            {c.import.save}
          </Button>
        )}
        {over && (
          <Button variant="default" onClick={onAgain}>
            {c.import.again}
          </Button>
        )}
        {over && data.offer_id !== null && made > 0 ? (
          <Button component={Link} to={`/offers/${data.offer_id}`} onClick={onClose}>
            {c.import.toOffer}
          </Button>
        ) : (
          <Button variant={over ? 'filled' : 'default'} onClick={onClose}>
            {t.actions.close}
          </Button>
        )}
      </div>
    </div>
  )
}

function Refused({ id, total }: { id: number; total: number }) {
  const { data } = useQuery(refusedQuery(id, true))
  return (
    <section className="stack tight" aria-label={c.import.counts.refused}>
      {/* Focusable, so that it scrolls by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="import-lines" tabIndex={0} role="region" aria-label={c.import.counts.refused}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{c.import.code}</th>
              <th scope="col">{c.import.why}</th>
            </tr>
          </thead>
          <tbody>
            {data?.items.map((line) => (
              <tr key={line.number}>
                <td className="mono">{line.code || t.none}</td>
                <td style={{ whiteSpace: 'normal' }}>{line.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data && data.items.length < total && (
        <div className="muted small">{c.import.firstOf(data.items.length, total)}</div>
      )}
    </section>
  )
}
