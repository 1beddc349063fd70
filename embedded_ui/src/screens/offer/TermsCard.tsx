import type { Offer } from '../../api/types'
import { dateTime, int, money } from '../../lib/format'
import { termsText } from '../../lib/offerTerms'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { t } from '../../text'

export function TermsCard({ offer }: { offer: Offer }) {
  const zone = offer.time_zone
  const minimum = offer.minimum_subtotal
  return (
    <Card title={t.offer.terms} aside={<span className="muted small">{zone}</span>}>
      <Facts
        items={[
          [t.offer.type, termsText(offer)],
          [t.offer.pattern, <span key="pattern" className="mono">{offer.pattern}</span>],
          [t.offer.starts, offer.starts_at ? dateTime(offer.starts_at, zone) : t.offers.fromPublishing],
          [t.offer.ends, offer.ends_at ? dateTime(offer.ends_at, zone) : t.offer.noEnd],
          [t.offer.usesPerCode, offer.uses_per_code === null ? t.offer.noLimit : int(offer.uses_per_code)],
          [t.offer.perCustomer, offer.once_per_customer ? t.offer.once : t.offer.noLimit],
          [t.offer.minimum, minimum === null ? t.offer.noMinimum : money({ amount: minimum, currency: offer.currency })],
          [t.offer.title, offer.title],
          [t.offer.people, int(offer.people)],
          ...(offer.pool.total > 0
            ? ([[t.offer.pool, t.offer.poolFacts(offer.pool.live, offer.pool.total)]] as [string, string][])
            : []),
          [t.offer.createdBy, t.offer.by(dateTime(offer.created_at, zone), offer.created_by)],
        ]}
      />
    </Card>
  )
}
