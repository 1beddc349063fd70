import { memo, type KeyboardEvent } from 'react'
import type { InfluencerRow, Money, OfferCell } from '../../api/types'
import { ago, dateTime, int, isZero, money } from '../../lib/format'
import { fitting } from '../../lib/tags'
import { Code } from '../../parts/Code'
import { Status } from '../../parts/Status'
import { t } from '../../text'
import { PersonName } from './PersonName'

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

function OfferCells({ cell, zone, selected }: { cell: OfferCell | undefined; zone: string; selected: boolean }) {
  return (
    <>
      <td className="group-start">{cell?.status ? <Status of={cell.status} /> : t.none}</td>
      <td>{cell?.code ? <Code code={cell.code} live={cell.status === 'live'} shown={selected} /> : t.none}</td>
      <FigureCells
        redemptions={cell?.redemptions ?? 0}
        net={cell?.net ? [cell.net] : []}
        lastOrderAt={cell?.last_order_at ?? null}
        zone={zone}
      />
    </>
  )
}

interface PersonRowProps {
  person: InfluencerRow
  offerIds: readonly number[]
  index: number
  selected: boolean
  current: boolean
  zone: string
  onToggle: (id: number, range: boolean) => void
}

/** Kept lean, and drawn again only when its own data change: rows are what a long table costs. */
export const PersonRow = memo(function PersonRow(props: PersonRowProps) {
  const { person, offerIds, index, selected, current, zone, onToggle } = props

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
      <td className="pin-second">
        <PersonName person={person} />
      </td>
      <td>
        <Tags tags={person.tags} />
      </td>
      {offerIds.map((id) => (
        <OfferCells key={id} cell={person.offers[String(id)]} zone={zone} selected={selected} />
      ))}
      {offerIds.length === 0 && (
        <FigureCells
          redemptions={person.totals.redemptions}
          net={person.totals.net}
          lastOrderAt={person.totals.last_order_at}
          zone={zone}
          className="group-start"
        />
      )}
    </tr>
  )
})
