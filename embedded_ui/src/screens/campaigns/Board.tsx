import { useQuery } from '@tanstack/react-query'
import { useState, type CSSProperties, type DragEvent } from 'react'
import { STAGES, type Campaign, type Member, type MemberFilter, type Stage } from '../../api/campaigns'
import { int } from '../../lib/format'
import { isSelected, type Selection } from '../../lib/selection'
import { Avatar } from '../../parts/Avatar'
import { Failed } from '../../parts/Failed'
import { Line, Unhurried } from '../../parts/Waiting'
import { k } from '../../text/campaigns'
import { CodeLine } from './CodeLine'
import { boardQuery } from './queries'

interface BoardProps {
  campaign: Campaign
  selection: Selection<MemberFilter>
  /** Members may be moved here. */
  open: boolean
  onToggle: (member: Member) => void
  onSelectStage: (stage: Stage, count: number) => void
  onShow: (member: Member) => void
  onShowStage: (stage: Stage) => void
  /** Dropped on a column: the members selected, or this one alone. */
  onDrop: (member: number, to: Stage) => void
}

export function Board(props: BoardProps) {
  const { campaign } = props
  const { data, error, refetch } = useQuery(boardQuery(campaign.id, campaign.waiting > 0))
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) {
    return (
      <Unhurried>
        <div className="board">
          {STAGES.map((stage) => (
            <div key={stage} className="lane">
              <Line width={80} height={36} />
              <Line width="90%" height={56} />
              <Line width="90%" height={56} />
            </div>
          ))}
        </div>
      </Unhurried>
    )
  }
  const shown = data.columns.filter(({ stage, count }) => stage !== 'dropped' || count > 0)
  return (
    <div className="board" role="group" aria-label={k.board} style={{ '--lanes': shown.length } as CSSProperties}>
      {shown.map((column) => (
        <Lane key={column.stage} {...props} {...column} />
      ))}
    </div>
  )
}

interface LaneProps extends BoardProps {
  stage: Stage
  count: number
  items: Member[]
}

function Lane({ stage, count, items, open, selection, onSelectStage, onShowStage, onDrop, ...rest }: LaneProps) {
  const [over, setOver] = useState(false)
  const name = k.stages[stage]
  const all = selection.kind === 'filter' && selection.filter.stage === stage && selection.except.size === 0
  const drop = (event: DragEvent) => {
    setOver(false)
    const id = Number(event.dataTransfer.getData('text/plain'))
    if (id > 0) onDrop(id, stage)
  }
  return (
    // Dragging is a shortcut of the mouse: the bar above moves those selected, by key too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className="lane"
      aria-label={`${name} ${int(count)}`}
      data-over={over}
      onDragOver={(event) => {
        if (!open) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2 className="lane-head">
        {open && count > 0 && (
          <input
            type="checkbox"
            className="box"
            checked={all}
            aria-label={k.selectAllIn(name, count)}
            onChange={() => onSelectStage(stage, count)}
          />
        )}
        <span>{name}</span> <span className="muted figures">{int(count)}</span>
      </h2>
      <ul>
        {items.map((member) => (
          <Card
            key={member.id}
            member={member}
            open={open}
            selected={inSelection(selection, member)}
            onToggle={rest.onToggle}
            onShow={rest.onShow}
          />
        ))}
      </ul>
      {count === 0 && <div className="muted small lane-empty">{k.emptyStage}</div>}
      {count > items.length && (
        <button type="button" className="text-button lane-more" onClick={() => onShowStage(stage)}>
          {k.showMore(count - items.length)}
        </button>
      )}
    </section>
  )
}

/** All of a stage are selected as a filter: those of other stages are not in it. */
export function inSelection(selection: Selection<MemberFilter>, member: Member): boolean {
  if (selection.kind === 'filter' && selection.filter.stage && selection.filter.stage !== member.stage) return false
  return isSelected(selection, member.id)
}

interface CardProps {
  member: Member
  selected: boolean
  open: boolean
  onToggle: (member: Member) => void
  onShow: (member: Member) => void
}

function Card({ member, selected, open, onToggle, onShow }: CardProps) {
  const { name, handle } = member.influencer
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as above
    <li
      className="member"
      data-selected={selected}
      draggable={open}
      onDragStart={(event) => event.dataTransfer.setData('text/plain', String(member.id))}
    >
      <div className="row">
        {open && (
          <label className="pick">
            <input
              type="checkbox"
              className="box"
              checked={selected}
              aria-label={k.select(name)}
              onChange={() => onToggle(member)}
            />
            <Avatar name={name} />
          </label>
        )}
        {!open && <Avatar name={name} />}
        <div className="grow">
          <button type="button" className="member-name trunc" title={name} onClick={() => onShow(member)}>
            <bdi>{name}</bdi>
          </button>
          <div className="muted small trunc">{handle && `@${handle.replace(/^@/, '')}`}</div>
        </div>
      </div>
      <CodeLine member={member} />
    </li>
  )
}
