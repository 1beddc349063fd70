import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { Failed } from '../../parts/Failed'
import { t } from '../../text'
import { p } from '../../text/people'
import { OUTCOMES, rowsQuery, type Import, type ImportRow, type Outcome } from './imports'

/** Each row with what it does; those left out come first, since they want something. */
export function RowResults({ file }: { file: Import }) {
  const [shown, setShown] = useState<Outcome | 'all'>(file.counts.refused > 0 ? 'refused' : 'all')
  const query = useInfiniteQuery(rowsQuery(file.id, file.state, shown === 'all' ? undefined : shown))
  const rows = query.data?.pages.flatMap((page) => page.items) ?? []
  const choices = [
    { value: 'all', label: p.import.everyRow },
    ...OUTCOMES.filter((outcome) => file.counts[outcome] > 0).map((value) => ({ value, label: p.import.outcomes[value] })),
  ]
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className="stack">
      <SegmentedControl
        data={choices}
        value={shown}
        onChange={(value) => setShown(value as Outcome | 'all')}
        aria-label={p.import.result}
      />
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="file-columns" role="region" aria-label={p.import.result} tabIndex={0} aria-busy={query.isPending}>
        <table className="table prose sticky">
          <thead>
            <tr>
              <th scope="col" className="num" style={{ width: 60 }}>
                {p.import.row}
              </th>
              <th scope="col" style={{ width: '34%' }}>
                {p.import.person}
              </th>
              <th scope="col">{p.import.result}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.number} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {query.hasNextPage && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t.actions.showMore}
          </Button>
        </div>
      )}
    </div>
  )
}

const TONES = { created: 'success', updated: 'info', unchanged: 'neutral', refused: 'danger' } as const

function Row({ row }: { row: ImportRow }) {
  const outcome = row.outcome as Outcome
  const changed = outcome === 'updated' ? row.message.split(', ').map((field) => p.import.fields[field] ?? field).join(', ') : ''
  const why = outcome === 'updated' ? changed : row.message
  return (
    <tr>
      <td className="num">{row.number}</td>
      <td>
        {row.influencer_id ? <Link to={`/influencers/${row.influencer_id}`}>{row.name}</Link> : row.name}
        {row.external_id && <div className="muted small trunc">{row.external_id}</div>}
      </td>
      <td>
        <span className="badge" data-tone={TONES[outcome]}>
          {p.import.outcomes[outcome]}
        </span>{' '}
        {row.field && <span className="strong">{p.import.fields[row.field] ?? row.field}: </span>}
        {why}
      </td>
    </tr>
  )
}
