/** An offer's terms in a few words, the same wherever an offer is named. */
import type { Offer } from '../api/types'
import { t } from '../text'
import { dateTime, money, percent } from './format'

type Terms = Pick<Offer, 'type' | 'value' | 'currency'>

export function valueText({ type, value, currency }: Terms): string {
  switch (type) {
    case 'percentage':
      return percent(value)
    case 'fixed_amount':
      return money({ amount: value, currency })
    case 'free_shipping':
      return t.offers.freeShipping
    case 'free_product':
      return t.offers.freeProduct
    case 'other':
      return t.offers.otherTerms
  }
}

export function termsText(terms: Terms): string {
  const value = valueText(terms)
  return terms.type === 'percentage' || terms.type === 'fixed_amount' ? t.offers.percentOff(value) : value
}

export function datesText(offer: Pick<Offer, 'starts_at' | 'ends_at' | 'time_zone'>): string {
  const start = offer.starts_at ? dateTime(offer.starts_at, offer.time_zone) : t.offers.fromPublishing
  return offer.ends_at ? t.offers.fromTo(start, dateTime(offer.ends_at, offer.time_zone)) : t.offers.from(start)
}
