import { Link } from 'react-router'
import type { Influencer } from '../../api/types'
import { date, int, money } from '../../lib/format'
import { Card } from '../../parts/Card'
import { useZone } from '../../session'
import { t } from '../../text'
import { p } from '../../text/people'

/** What each offer sold, a line for each currency: they are never added up. */
export function OfferTotals({ person }: { person: Influencer }) {
  const zone = useZone()
  if (person.offers.length < 2) return null
  return (
    <Card title={p.person.perOffer} flush>
      <ul className="list" style={{ marginTop: 6 }}>
        {person.offers.flatMap(({ offer, totals, last_order_at }) =>
          totals.map((total) => (
            <li key={`${offer.id} ${total.currency}`} className="row between">
              <div className="grow">
                <Link to={`/redemptions?influencer_id=${person.id}&offer_id=${offer.id}`}>{offer.name}</Link>
                <div className="muted small">
                  {last_order_at ? `${p.person.lastOrder}: ${date(last_order_at, zone)}` : t.money.noOrders}
                </div>
              </div>
              <div className="num">
                <div title={int(total.redemptions)}>{money(total.net)}</div>
                <div className="muted small">{t.money.redemptionCount(total.redemptions)}</div>
              </div>
            </li>
          )),
        )}
      </ul>
    </Card>
  )
}
