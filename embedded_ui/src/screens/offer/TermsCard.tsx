import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { CombinesWith, Offer } from '../../api/types'
import { dateTime, int, list, money } from '../../lib/format'
import { termsText } from '../../lib/offerTerms'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { Status } from '../../parts/Status'
import { t } from '../../text'
import { o } from '../../text/offers'

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

const priced = ({ free_product: product, currency }: Offer) =>
  product && `${product.title}${product.price ? ` · ${money({ amount: product.price, currency })}` : ''}`

const terms = (offer: Offer): [string, ReactNode][] => [
  [t.offer.type, `${termsText(offer)}${offer.with_shipping ? ` ${o.page.withShipping}` : ''}`],
  ...(offer.free_product ? ([[o.page.freeProduct, <bdi key="free">{priced(offer)}</bdi>]] as [string, ReactNode][]) : []),
  [offer.type === 'free_product' && offer.scope.kind !== 'all' ? o.bought : o.page.scope, scopeText(offer)],
  [o.page.purpose, o.purposes[offer.purpose]],
  [t.offer.pattern, offer.pattern],
  [t.offer.starts, offer.starts_at ? dateTime(offer.starts_at, offer.time_zone) : t.offers.fromPublishing],
  [t.offer.ends, offer.ends_at ? dateTime(offer.ends_at, offer.time_zone) : t.offer.noEnd],
  [t.offer.title, offer.title],
  ...(offer.versions.length > 0 ? ([[o.page.versions, <Versions key="versions" offer={offer} />]] as [string, ReactNode][]) : []),
]

function scopeText({ scope, free_product: product, purpose }: Offer): string {
  if (scope.kind !== 'all') return list(scope.titles)
  return product && purpose !== 'audience' ? product.title : o.page.everything
}

const PARTS: (keyof CombinesWith)[] = ['orders', 'products', 'shipping']

function combinesText({ combines_with: combines }: Offer): string {
  const parts = PARTS.filter((part) => combines[part])
  return parts.length === 0 ? o.page.alone : list(parts.map((part) => o.combinesParts[part]))
}

function minimumText(offer: Offer): string {
  if (offer.minimum_quantity !== null) return o.page.minimumItems(offer.minimum_quantity)
  const spend = offer.minimum_subtotal
  return spend === null ? t.offer.noMinimum : money({ amount: spend, currency: offer.currency })
}

function limits(offer: Offer): [string, ReactNode][] {
  const { pool, saved_for: saved } = offer
  return [
    [t.offer.usesPerCode, offer.uses_per_code === null ? t.offer.noLimit : int(offer.uses_per_code)],
    [t.offer.perCustomer, offer.once_per_customer ? t.offer.once : t.offer.noLimit],
    [o.minimum, minimumText(offer)],
    [o.page.purchases, o.purchases[offer.applies_to]],
    [o.page.combines, combinesText(offer)],
    saved ? [o.page.savedFor, o.page.savedPeople(saved.people, saved.pool)] : [t.offer.people, int(offer.people)],
    ...(pool.total > 0 ? ([[t.offer.pool, t.offer.poolFacts(pool.live, pool.total)]] as [string, ReactNode][]) : []),
    [t.offer.createdBy, t.offer.by(dateTime(offer.created_at, offer.time_zone), t.actor(offer.created_by))],
  ]
}

function Versions({ offer }: { offer: Offer }) {
  return (
    <span className="stack tight">
      {offer.versions.map((one) => (
        <span key={one.id} className="row">
          {one.id === offer.id ? <span className="strong">{one.name}</span> : <Link to={`/offers/${one.id}`}>{one.name}</Link>}
          <Status of={one.state} />
        </span>
      ))}
    </span>
  )
}
