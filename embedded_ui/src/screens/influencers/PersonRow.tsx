import { memo, type KeyboardEvent } from 'react'
import type { FieldName, InfluencerRow, Money, OfferCell } from '../../api/types'
import { ago, date, dateTime, int, isZero, money } from '../../lib/format'
import { fitting } from '../../lib/tags'
import { Code } from '../../parts/Code'
import { Status } from '../../parts/Status'
import { t } from '../../text'
import { countryName } from './filterWords'
import { NetworkHandle, PersonName } from './PersonName'

export function Tags({ tags }: { tags: string[] }) {
  const shown = fitting(tags)
  const rest = tags.slice(shown)
  return (
    <div className="row" style={{ gap: 4, overflow: 'hidden' }}>
      {tags.slice(0, shown).map((tag) => (
        <span key={tag} className="tag" title={tag} style={{ flex: '0 1 auto' }}>
          {tag}
        </span>
      ))}
      {rest.length > 0 && (
        <span className="tag" title={rest.join(', ')}>
          {t.influencers.moreTags(rest.length)}
        </span>
      )}
    </div>
  )
}

interface Figures {
  redemptions: number
  net: Money[]
  lastOrderAt: string | null
  zone: string
  className?: string
}

function FigureCells({ redemptions, net, lastOrderAt, zone, className = '' }: Figures) {
  const sums = net.filter((each) => redemptions > 0 || !isZero(each))
  return (
    <>
      <td className={`num ${className}`}>{redemptions > 0 ? int(redemptions) : t.none}</td>
      <td className="num" title={sums.map(money).join(' · ')}>
        {sums.length > 0 ? sums.slice(0, 2).map((each) => <div key={each.currency}>{money(each)}</div>) : t.none}
      </td>
      <td className="num muted" title={lastOrderAt ? dateTime(lastOrderAt, zone) : undefined}>
        {lastOrderAt ? ago(lastOrderAt, zone) : t.none}
      </td>
    </>
  )
}

function OfferCells({ cell, zone }: { cell: OfferCell | undefined; zone: string }) {
  return (
    <>
      <td className="group-start">{cell?.status ? <Status of={cell.status} /> : t.none}</td>
      <td>
        {cell?.code ? <Code code={cell.code} live={cell.status === 'live'} /> : t.none}
        {cell?.tracked === false && <div className="muted small">{t.notTracked}</div>}
      </td>
      <FigureCells
        redemptions={cell?.redemptions ?? 0}
        net={cell?.net ? [cell.net] : []}
        lastOrderAt={cell?.last_order_at ?? null}
        zone={zone}
      />
    </>
  )
}

interface FieldCellProps {
  field: Exclude<FieldName, 'totals'>
  person: InfluencerRow
  zone: string
}

function FieldCell({ field, person, zone }: FieldCellProps) {
  switch (field) {
    case 'tags':
      return <td>{person.tags.length > 0 && <Tags tags={person.tags} />}</td>
    case 'groups':
      return <td>{person.groups.length > 0 && <Tags tags={person.groups} />}</td>
    case 'handles':
      return (
        <td className="small">
          {person.handles.slice(0, 2).map((handle, index) => (
            <NetworkHandle key={index} handle={handle} />
          ))}
        </td>
      )
    case 'added':
      return <td title={dateTime(person.added_at, zone)}>{date(person.added_at, zone)}</td>
    default: {
      const text = (field === 'country' ? countryName(person.country) : person[field]) ?? ''
      return (
        <td className="trunc" title={text} dir={field === 'email' ? 'ltr' : 'auto'}>
          {text === '' ? t.none : text}
        </td>
      )
    }
  }
}

interface CellsProps {
  person: InfluencerRow
  fields: readonly FieldName[]
  offerIds: readonly number[]
  zone: string
}

/** All that a selection does not change: a click on a page of boxes draws only the boxes again. */
const Cells = memo(function Cells({ person, fields, offerIds, zone }: CellsProps) {
  return (
    <>
      <td className="pin-second">
        <PersonName person={person} />
      </td>
      {fields.map((field) =>
        field === 'totals' ? (
          <FigureCells
            key={field}
            redemptions={person.totals.redemptions}
            net={person.totals.net}
            lastOrderAt={person.totals.last_order_at}
            zone={zone}
            className="group-start"
          />
        ) : (
          <FieldCell key={field} field={field} person={person} zone={zone} />
        ),
      )}
      {offerIds.map((id) => (
        <OfferCells key={id} cell={person.offers[String(id)]} zone={zone} />
      ))}
    </>
  )
})

interface PersonRowProps extends CellsProps {
  index: number
  selected: boolean
  current: boolean
  onToggle: (id: number, range: boolean) => void
}

/** Kept lean, and drawn again only when its own data change: rows are what a long table costs. */
export const PersonRow = memo(function PersonRow(props: PersonRowProps) {
  const { person, fields, offerIds, index, selected, current, zone, onToggle } = props

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ' || !event.shiftKey) return
    event.preventDefault()
    onToggle(person.id, true)
  }
  return (
    <tr aria-rowindex={index + 2} aria-selected={selected} data-current={current}>
      <td className="pin box">
        <input
          type="checkbox"
          className="check"
          aria-label={t.influencers.select(person.name)}
          checked={selected}
          onChange={(event) => onToggle(person.id, (event.nativeEvent as MouseEvent).shiftKey)}
          onKeyDown={onKeyDown}
        />
      </td>
      <Cells person={person} fields={fields} offerIds={offerIds} zone={zone} />
    </tr>
  )
})
