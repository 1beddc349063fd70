import { IconAlertTriangle } from '@tabler/icons-react'
import type { CombinesWith, Impact, Offer, Picked, OfferScope, TermsBody } from '../../api/types'
import { dateTime, int, list, money, percent } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { o } from '../../text/offers'
import { LABELS, type Field } from './fields'

interface ImpactCardProps {
  offer: Offer
  changed: Partial<TermsBody>
  impact: Impact | undefined
  /** Only codes made from now on: those there stay as they are. */
  newOnly: boolean
}

/** "217 live codes: uses per code 1 → 3", before anything is sent. */
export function ImpactCard({ offer, changed, impact, newOnly }: ImpactCardProps) {
  const none = Object.keys(changed).length === 0
  const told = impact?.changes.map(({ field, before, after }) => [field, words(offer, field, before), words(offer, field, after)] as const)
  const all = none ? [] : [...kindsOf(offer, changed), ...(told ?? [])]
  return (
    <Card title={o.edit.what}>
      <div className="stack tight" role="status">
        {impact && <div className="strong">{newOnly ? o.edit.stay(impact.live + impact.coming) : o.edit.where(impact.live, impact.store_name)}</div>}
        {impact && !newOnly && impact.coming > 0 && <div className="muted small">{o.edit.coming(impact.coming)}</div>}
        {none && <div className="muted">{o.edit.nothing}</div>}
        <ul className="list bare">
          {all.map(([field, before, after]) => (
            <li key={field} style={{ paddingInline: 0 }}>
              <div className="muted small">{LABELS[field as Field]}</div>
              <div className="figures">{o.edit.arrow(before, after)}</div>
            </li>
          ))}
        </ul>
        {impact && !none && <Warnings offer={offer} impact={impact} newOnly={newOnly} />}
      </div>
    </Card>
  )
}

/** Type and purpose, which the codes there keep: the API does not tell of them. */
function kindsOf(offer: Offer, { type, purpose }: Partial<TermsBody>): [Field, string, string][] {
  const named = (kind: Offer['type']) => (kind === 'other' ? t.offers.otherTerms : t.newOffer.types[kind])
  return [
    ...(type ? [['type', named(offer.type), named(type)] as [Field, string, string]] : []),
    ...(purpose ? [['purpose', o.purposes[offer.purpose], o.purposes[purpose]] as [Field, string, string]] : []),
  ]
}

function Warnings({ offer, impact, newOnly }: { offer: Offer; impact: Impact; newOnly: boolean }) {
  const { saying_old_value: saying, used_up: used } = impact
  const shown = [
    ...impact.errors.map((error) => error.message),
    ...(saying > 0 && !newOnly ? [o.edit.saying(saying, valueWords(offer, offer.value))] : []),
    ...(used > 0 && !newOnly ? [o.edit.usedUp(used)] : []),
    ...(impact.approval ? [o.edit.approval(impact.approval)] : []),
  ]
  return shown.map((sentence) => (
    <div key={sentence} className="row top small" style={{ gap: 6, color: 'var(--sc-warning)' }}>
      <IconAlertTriangle size={14} aria-hidden style={{ flex: 'none', marginTop: 1 }} />
      {sentence}
    </div>
  ))
}

const valueWords = (offer: Offer, value: string) =>
  offer.type === 'percentage' ? percent(value) : money({ amount: value, currency: offer.currency })

const PARTS: (keyof CombinesWith)[] = ['orders', 'products', 'shipping']

/** A term as the offer's page would say it. */
function words(offer: Offer, field: string, value: unknown): string {
  if (value === null || value === '') return NOTHING[field] ?? t.none
  switch (field) {
    case 'value':
      return valueWords(offer, value as string)
    case 'minimum_subtotal':
      return money({ amount: value as string, currency: offer.currency })
    case 'starts_at':
    case 'ends_at':
      return dateTime(value as string, offer.time_zone)
    case 'scope':
      return (value as OfferScope).kind === 'all' ? o.page.everything : list((value as OfferScope).titles)
    case 'combines_with': {
      const parts = PARTS.filter((part) => (value as CombinesWith)[part])
      return parts.length === 0 ? o.page.alone : list(parts.map((part) => o.combinesParts[part]))
    }
    case 'applies_to':
      return o.purchases[value as Offer['applies_to']]
    case 'free_product':
      return (value as Picked).title
    default:
      return typeof value === 'boolean' ? (value ? t.offer.once : t.offer.noLimit) : typeof value === 'number' ? int(value) : (value as string)
  }
}

const NOTHING: Record<string, string> = {
  uses_per_code: t.offer.noLimit,
  minimum_subtotal: t.offer.noMinimum,
  minimum_quantity: t.offer.noMinimum,
  ends_at: t.offer.noEnd,
}
