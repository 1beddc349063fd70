import { Button, Skeleton } from '@mantine/core'
import type { InfluencerRow } from '../../api/types'
import { money } from '../../lib/format'
import { isSelected, type Selection } from '../../lib/selection'
import { Code } from '../../parts/Code'
import { Status } from '../../parts/Status'
import { t } from '../../text'
import { PersonName } from './PersonName'
import type { People } from './usePeople'

interface PeopleCardsProps {
  people: People
  selection: Selection
  onToggle: (id: number) => void
}

/** The table on a phone: name and status, code with copy, revenue and redemptions of the first offer shown. */
export default function PeopleCards({ people, selection, onToggle }: PeopleCardsProps) {
  const offerId = people.columns[0]?.id
  return (
    <>
      <ul className="list" id="people" aria-busy={people.loading}>
        {people.loading && Array.from({ length: 7 }, (_, index) => <SkeletonCard key={index} />)}
        {people.rows.map((person) => (
          <PersonCard
            key={person.id}
            person={person}
            offerId={offerId}
            selected={isSelected(selection, person.id)}
            onToggle={onToggle}
          />
        ))}
      </ul>
      {people.hasMore && (
        <div className="card-foot">
          <Button variant="default" fullWidth onClick={people.more}>
            {t.actions.showMore}
          </Button>
        </div>
      )}
    </>
  )
}

interface PersonCardProps {
  person: InfluencerRow
  offerId: number | undefined
  selected: boolean
  onToggle: (id: number) => void
}

function PersonCard({ person, offerId, selected, onToggle }: PersonCardProps) {
  const cell = offerId === undefined ? undefined : person.offers[String(offerId)]
  const redemptions = offerId !== undefined ? (cell?.redemptions ?? 0) : person.totals.redemptions
  const net = offerId !== undefined ? cell?.net : person.totals.net[0]
  return (
    <li data-selected={selected} className="person-card">
      {/* The box's whole surroundings can be touched. */}
      <label className="box-target">
        <input
          type="checkbox"
          className="check"
          aria-label={t.influencers.select(person.name)}
          checked={selected}
          onChange={() => onToggle(person.id)}
        />
      </label>
      <div className="grow stack" style={{ gap: 8 }}>
        <div className="row">
          <div className="grow">
            <PersonName person={person} />
          </div>
          {cell?.status && <Status of={cell.status} />}
        </div>
        <div className="row between" style={{ minHeight: 40 }}>
          <div>
            {cell?.code && <Code code={cell.code} live={cell.status === 'live'} shown />}
            {cell?.tracked === false && <div className="muted small">{t.notTracked}</div>}
          </div>
          <div className="num small muted">
            <div className="strong" style={{ color: 'var(--sc-text)', fontSize: 14, lineHeight: '18px' }}>
              {net && redemptions > 0 ? money(net) : t.none}
            </div>
            {redemptions > 0 ? t.money.redemptionCount(redemptions) : t.money.noOrders}
          </div>
        </div>
      </div>
    </li>
  )
}

function SkeletonCard() {
  return (
    <li className="row" style={{ height: 108 }} aria-hidden>
      <Skeleton circle height={28} />
      <div className="grow">
        <Skeleton height={10} width="60%" mb={8} />
        <Skeleton height={9} width="40%" />
      </div>
    </li>
  )
}
