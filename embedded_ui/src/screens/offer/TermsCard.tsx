import type { Offer } from '../../api/types'
import { dateTime, int, money } from '../../lib/format'
import { termsText } from '../../lib/offerTerms'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { t } from '../../text'

export function TermsCard({ offer }: { offer: Offer }) {
  return (
    <Card title={t.offer.terms} aside={<span className="muted small">{offer.time_zone}</span>}>
      <div className="pair">
        <Facts items={terms(offer)} />
        <Facts items={limits(offer)} />
      </div>
    </Card>
  )
}

const terms = (offer: Offer): [string, string][] => [
  [t.offer.type, termsText(offer)],
  [t.offer.pattern, offer.pattern],
  [t.offer.starts, offer.starts_at ? dateTime(offer.starts_at, offer.time_zone) : t.offers.fromPublishing],
  [t.offer.ends, offer.ends_at ? dateTime(offer.ends_at, offer.time_zone) : t.offer.noEnd],
  [t.offer.title, offer.title],
]

function limits(offer: Offer): [string, string][] {
  const { minimum_subtotal: minimum, pool } = offer
  return [
    [t.offer.usesPerCode, offer.uses_per_code === null ? t.offer.noLimit : int(offer.uses_per_code)],
    [t.offer.perCustomer, offer.once_per_customer ? t.offer.once : t.offer.noLimit],
    [t.offer.minimum, minimum === null ? t.offer.noMinimum : money({ amount: minimum, currency: offer.currency })],
    [t.offer.people, int(offer.people)],
    ...(pool.total > 0 ? ([[t.offer.pool, t.offer.poolFacts(pool.live, pool.total)]] as [string, string][]) : []),
    [t.offer.createdBy, t.offer.by(dateTime(offer.created_at, offer.time_zone), t.actor(offer.created_by))],
  ]
}
