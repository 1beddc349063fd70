import { NativeSelect } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useMemo, useRef } from 'react'
import { STAGES, type Campaign, type CodePlace, type Member, type MemberFilter, type Stage } from '../../api/campaigns'
import { ago, dateTime } from '../../lib/format'
import { isSelected, type Selection } from '../../lib/selection'
import { Avatar } from '../../parts/Avatar'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { SearchField } from '../../parts/SearchField'
import { Line, Unhurried } from '../../parts/Waiting'
import { useZone } from '../../session'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { CodeLine } from './CodeLine'
import { membersQuery } from './queries'

const ROW = 52
const PLACES: CodePlace[] = ['released', 'held', 'waiting', 'none']

interface MembersTableProps {
  campaign: Campaign
  filter: MemberFilter
  selection: Selection<MemberFilter>
  open: boolean
  onFilter: (name: keyof MemberFilter, value: string) => void
  onToggle: (member: Member) => void
  onSelectPage: (ids: number[], selected: boolean) => void
  onSelectAll: (total: number) => void
  onShow: (member: Member) => void
}

export function MembersTable(props: MembersTableProps) {
  const { campaign, filter, onFilter } = props
  const query = useInfiniteQuery(membersQuery(campaign.id, filter))
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const total = query.data?.pages[0]?.total ?? 0
  if (query.error && !query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />
  const stages: Stage[] = [...STAGES, 'dropped']
  return (
    <section className="card members-card" aria-label={k.table.label}>
      <div className="bar">
        <SearchField
          value={filter.q ?? ''}
          label={k.table.search}
          placeholder={k.table.searchHint}
          onSearch={(value) => onFilter('q', value)}
        />
        <span className="grow desk" />
        <NativeSelect
          aria-label={k.stage}
          data={[{ value: '', label: k.table.anyStage }, ...stages.map((value) => ({ value, label: k.stages[value] }))]}
          value={filter.stage ?? ''}
          onChange={(event) => onFilter('stage', event.currentTarget.value)}
        />
        <NativeSelect
          aria-label={k.table.code}
          data={[
            { value: '', label: k.table.anyCode },
            ...PLACES.map((value) => ({ value, label: k.table.codeStates[value] })),
          ]}
          value={filter.code ?? ''}
          onChange={(event) => onFilter('code', event.currentTarget.value)}
        />
      </div>
      {query.isPending ? (
        <Unhurried>
          <div className="card-body stack">
            {Array.from({ length: 8 }, (_, index) => (
              <Line key={index} width="70%" height={36} />
            ))}
          </div>
        </Unhurried>
      ) : rows.length === 0 ? (
        <Empty icon={<IconUsers size={28} aria-hidden />} title={k.table.none} />
      ) : (
        <Rows
          {...props}
          rows={rows}
          total={total}
          more={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : null}
        />
      )}
      <div className="foot figures">
        <span>{query.data ? k.table.loaded(rows.length, total) : ' '}</span>
      </div>
    </section>
  )
}

interface RowsProps extends MembersTableProps {
  rows: Member[]
  total: number
  more: (() => void) | null
}

function Rows({ rows, total, more, selection, open, onToggle, onSelectPage, onSelectAll, onShow }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  // Its functions change with each scroll; nothing memoized is given them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    measureElement: (element) => element.getBoundingClientRect().height,
  })
  const visible = virtual.getVirtualItems()
  const last = visible.at(-1)
  const above = visible[0]?.start ?? 0
  const below = virtual.getTotalSize() - (last?.end ?? 0)
  useEffect(() => {
    if (more && last && last.index > rows.length - 40) more()
  })
  const ids = rows.map((row) => row.id)
  const picked = ids.filter((id) => isSelected(selection, id)).length
  const all = selection.kind === 'filter'
  return (
    <>
      {open && picked > 0 && total > rows.length - 1 && total > picked && (
        <div className="select-all small">
          {all ? (
            k.table.allMatch(total)
          ) : (
            <button type="button" className="text-button" onClick={() => onSelectAll(total)}>
              {k.table.selectAll(total)}
            </button>
          )}
        </div>
      )}
      {/* A region that scrolls has to be reachable and named. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll" ref={scroller} role="region" tabIndex={0} aria-label={k.table.label}>
        <table className="table sticky members" aria-rowcount={total + 1}>
          <colgroup>
            {open && <col style={{ width: 40 }} />}
            <col />
            <col style={{ width: 120 }} />
            <col style={{ width: 236 }} />
            <col style={{ width: 128 }} />
            <col style={{ width: 116 }} />
          </colgroup>
          <thead>
            <tr>
              {open && (
                <th scope="col">
                  <input
                    type="checkbox"
                    className="box"
                    aria-label={k.table.selectPage}
                    checked={picked === ids.length}
                    onChange={(event) => onSelectPage(ids, event.currentTarget.checked)}
                  />
                </th>
              )}
              <th scope="col">{k.table.member}</th>
              <th scope="col">{k.stage}</th>
              <th scope="col">{k.table.code}</th>
              <th scope="col">{k.table.fulfilled}</th>
              <th scope="col">{k.table.since}</th>
            </tr>
          </thead>
          <tbody>
            {above > 0 && <tr aria-hidden style={{ height: above }} />}
            {visible.map(({ index }) => {
              const member = rows[index]
              return (
                member && (
                  <Row
                    key={member.id}
                    member={member}
                    index={index}
                    open={open}
                    selected={isSelected(selection, member.id)}
                    measure={virtual.measureElement}
                    onToggle={onToggle}
                    onShow={onShow}
                  />
                )
              )
            })}
            {below > 0 && <tr aria-hidden style={{ height: below }} />}
          </tbody>
        </table>
      </div>
    </>
  )
}

interface RowProps {
  member: Member
  index: number
  open: boolean
  selected: boolean
  measure: (element: HTMLTableRowElement | null) => void
  onToggle: (member: Member) => void
  onShow: (member: Member) => void
}

const Row = memo(function Row({ member, index, open, selected, measure, onToggle, onShow }: RowProps) {
  const zone = useZone()
  const { name, handle } = member.influencer
  const fulfilled = member.codes.find((code) => code.fulfilled_at)?.fulfilled_at
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} aria-selected={selected}>
      {open && (
        <td>
          <input
            type="checkbox"
            className="box"
            aria-label={k.select(name)}
            checked={selected}
            onChange={() => onToggle(member)}
          />
        </td>
      )}
      <td style={{ height: ROW }}>
        <div className="row">
          <Avatar name={name} />
          <div className="grow">
            <button type="button" className="member-name trunc" title={name} onClick={() => onShow(member)}>
              <bdi>{name}</bdi>
            </button>
            <div className="muted small trunc">{handle && `@${handle.replace(/^@/, '')}`}</div>
          </div>
        </div>
      </td>
      <td>{k.stages[member.stage]}</td>
      <td>
        {member.codes.length === 0 && !member.waits_for ? <span className="muted">{t.none}</span> : <CodeLine member={member} />}
      </td>
      <td className="muted small" title={fulfilled ? dateTime(fulfilled, zone) : undefined}>
        {fulfilled ? ago(fulfilled, zone) : t.none}
      </td>
      <td className="muted small" title={dateTime(member.stage_at, zone)}>
        {ago(member.stage_at, zone)}
      </td>
    </tr>
  )
})
