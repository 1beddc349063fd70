import { Skeleton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { startTransition, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { FieldName } from '../../api/types'
import { isSelected, pageState, type Selection } from '../../lib/selection'
import { useZone } from '../../session'
import { t } from '../../text'
import { PersonRow } from './PersonRow'
import { TableHead } from './TableHead'
import type { People } from './usePeople'

const ROW = 44
const LEAD = [40, 212]
/** Of a column about the person; `totals` is three. */
const FIELD: Record<Exclude<FieldName, 'totals'>, number> = {
  handles: 188, email: 208, tags: 138, groups: 120, stage: 112, country: 116, added: 108, external_id: 132,
}
const OFFER = [104, 158, 108, 116, 108]
const TOTALS = [112, 132, 116]

interface PeopleTableProps {
  people: People
  fields: FieldName[]
  selection: Selection
  sort: string
  onSort: (sort: string) => void
  onToggle: (id: number, range: boolean) => void
  onSelectLoaded: (selected: boolean) => void
}

export function PeopleTable({ people, fields, selection, sort, onSort, onToggle, onSelectLoaded }: PeopleTableProps) {
  const { rows, columns, total, loading, hasMore, more } = people
  const zone = useZone()
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(-1)
  const offerIds = useMemo(() => columns.map(({ id }) => id), [columns])
  const ids = useMemo(() => rows.map((row) => row.id), [rows])
  const widths = [
    ...LEAD,
    ...fields.flatMap((field) => (field === 'totals' ? TOTALS : [FIELD[field]])),
    ...columns.flatMap(() => OFFER),
  ]

  const overscan = useOverscan()
  // Its functions change with each scroll; nothing memoized is given them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan,
  })
  const visible = virtual.getVirtualItems()
  const last = visible.at(-1)
  const above = visible[0]?.start ?? 0
  const below = virtual.getTotalSize() - (last?.end ?? 0)

  useEffect(() => {
    if (hasMore && last && last.index > rows.length - 30) more()
  })

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const person = rows[current]
    if (step !== 0 && rows.length > 0) {
      event.preventDefault()
      const next = Math.min(rows.length - 1, Math.max(0, current + step))
      setCurrent(next)
      virtual.scrollToIndex(next)
    } else if (event.key === ' ' && person) {
      event.preventDefault()
      onToggle(person.id, event.shiftKey)
    }
  }

  return (
    // A region that scrolls has to be reachable and named; inside it the arrows move, Space selects.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      className="scroll"
      ref={scroller}
      id="people"
      role="region"
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t.influencers.table}
      onKeyDown={onKeyDown}
    >
      <table
        className="table sticky"
        style={{ minWidth: widths.reduce((sum, width) => sum + width, 0) }}
        aria-rowcount={total + 2}
        aria-busy={loading}
      >
        <colgroup>
          {widths.map((width, index) => (
            <col key={index} style={{ width: index === 1 ? 'auto' : width }} />
          ))}
        </colgroup>
        <TableHead
          columns={columns}
          fields={fields}
          sort={sort}
          onSort={onSort}
          loaded={rows.length}
          state={pageState(selection, ids)}
          onSelectLoaded={onSelectLoaded}
        />
        <tbody>
          {loading && <SkeletonRows cells={widths.length} />}
          {above > 0 && <Spacer height={above} cells={widths.length} />}
          {visible.map(({ index }) => {
            const person = rows[index]
            return (
              person && (
                <PersonRow
                  key={person.id}
                  person={person}
                  fields={fields}
                  offerIds={offerIds}
                  index={index}
                  selected={isSelected(selection, person.id)}
                  current={index === current}
                  zone={zone}
                  onToggle={onToggle}
                />
              )
            )
          })}
          {below > 0 && <Spacer height={below} cells={widths.length} />}
        </tbody>
      </table>
    </div>
  )
}

/** The rows just out of sight wait until those in sight are drawn. */
function useOverscan(): number {
  const [rows, setRows] = useState(1)
  useEffect(() => {
    const later = setTimeout(() => startTransition(() => setRows(10)), 300)
    return () => clearTimeout(later)
  }, [])
  return rows
}

/** Keeps a real table while only the rows in sight exist. */
function Spacer({ height, cells }: { height: number; cells: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td colSpan={cells} style={{ height, padding: 0, border: 0 }} />
    </tr>
  )
}

function SkeletonRows({ cells }: { cells: number }) {
  return Array.from({ length: 14 }, (_, row) => (
    <tr key={row} aria-hidden>
      <td className="pin" />
      <td className="pin-second">
        <div className="row">
          <Skeleton circle height={28} />
          <div className="grow">
            <Skeleton height={9} width={120 + ((row * 13) % 60)} mb={7} />
            <Skeleton height={8} width={90} />
          </div>
        </div>
      </td>
      {Array.from({ length: cells - 2 }, (_, cell) => (
        <td key={cell}>
          <Skeleton height={9} width="70%" />
        </td>
      ))}
    </tr>
  ))
}
