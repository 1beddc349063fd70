/** The form's values and what is sent: pure. Names are those of the API, so its errors fit. What is wrong: faults.ts. */
import type {
  AppliesTo,
  CombinesWith,
  DiscountType,
  NewOffer,
  Offer,
  Picked,
  Purpose,
  SavedSelection,
  OfferScope,
  SelectionBody,
  Store,
  TermsBody,
} from '../../api/types'
import { wallOf } from '../../lib/format'
import { t } from '../../text'
import { o } from '../../text/offers'

/** A comped order is 100 % of everything as a gift: a choice of its own here, a percentage in the API. */
export type FormType = DiscountType | 'comped_order'

export interface Values {
  name: string
  title: string
  store_id: number
  purpose: Purpose
  type: FormType
  /** Decimal text with a point, as typed. */
  value: string
  free_product: Picked | null
  with_shipping: boolean
  pattern: string
  /** The store's clock, `2027-03-01 09:00:00`; null: from publishing. */
  starts_at: string | null
  ends_at: string | null
  scope: OfferScope
  uses_per_code: string
  minimum: 'none' | 'spend' | 'quantity'
  minimum_subtotal: string
  minimum_quantity: string
  once_per_customer: boolean
  applies_to: AppliesTo
  combines_with: CombinesWith
  pool: string
}

export type Field = keyof Values
export type Errors = Partial<Record<Field, string>>

export const LABELS: Record<Field, string> = {
  name: t.newOffer.name,
  title: t.newOffer.shopperTitle,
  store_id: t.newOffer.store,
  purpose: o.purpose,
  type: t.newOffer.type,
  value: t.newOffer.value,
  free_product: o.freeProduct,
  with_shipping: o.withShipping,
  pattern: t.newOffer.pattern,
  starts_at: t.newOffer.start,
  ends_at: t.newOffer.end,
  scope: o.scope,
  uses_per_code: t.newOffer.uses,
  minimum: o.minimum,
  minimum_subtotal: t.newOffer.minimum,
  minimum_quantity: o.minimumQuantity,
  once_per_customer: t.newOffer.once,
  applies_to: o.appliesTo,
  combines_with: o.combines,
  pool: t.newOffer.pool,
}

export const fieldId = (field: string) => `field-${field}`

export const EVERYTHING: OfferScope = { kind: 'all', ids: [], titles: [] }
export const ALONE: CombinesWith = { orders: false, products: false, shipping: false }

export const startValues = (store: Store): Values => ({
  name: '',
  title: '',
  store_id: store.id,
  purpose: 'audience',
  type: 'percentage',
  value: '15',
  free_product: null,
  with_shipping: false,
  pattern: '{first_name}{value}',
  starts_at: null,
  ends_at: null,
  scope: EVERYTHING,
  uses_per_code: '',
  minimum: 'none',
  minimum_subtotal: '',
  minimum_quantity: '',
  once_per_customer: true,
  applies_to: 'both',
  combines_with: ALONE,
  pool: '',
})

const isComped = ({ type, value, purpose, scope }: Pick<Offer, 'type' | 'value' | 'purpose' | 'scope'>) =>
  type === 'percentage' && Number(value) === 100 && purpose === 'gift' && scope.kind === 'all'

/** What an edit starts from. A draft that has begun already starts when it is published. */
export function valuesOf(offer: Offer): Values {
  const { minimum_subtotal: spend, minimum_quantity: quantity } = offer
  const over = offer.state === 'draft' && offer.starts_at !== null && Date.parse(offer.starts_at) <= Date.now()
  return {
    name: offer.name,
    title: offer.title === offer.name ? '' : offer.title,
    store_id: offer.store_id,
    purpose: offer.purpose,
    type: isComped(offer) ? 'comped_order' : offer.type === 'other' ? 'percentage' : offer.type,
    value: offer.value,
    free_product: offer.free_product,
    with_shipping: offer.with_shipping,
    pattern: offer.pattern,
    starts_at: offer.starts_at && !over ? wallOf(offer.starts_at, offer.time_zone) : null,
    ends_at: offer.ends_at && wallOf(offer.ends_at, offer.time_zone),
    scope: offer.scope,
    uses_per_code: offer.uses_per_code === null ? '' : String(offer.uses_per_code),
    minimum: spend !== null ? 'spend' : quantity !== null ? 'quantity' : 'none',
    minimum_subtotal: spend ?? '',
    minimum_quantity: quantity === null ? '' : String(quantity),
    once_per_customer: offer.once_per_customer,
    applies_to: offer.applies_to,
    combines_with: offer.combines_with,
    pool: offer.saved_for?.pool ? String(offer.saved_for.pool) : '',
  }
}

/** The free product of an audience comes with a purchase, where the store can do that. */
export const buysFirst = ({ type, purpose }: Pick<Values, 'type' | 'purpose'>, store: Store) =>
  type === 'free_product' && purpose === 'audience' && store.capabilities.free_product_buys

/** Free shipping, a comped order and a product given away are for the whole order: nothing is left to choose. */
export const hasScope = (values: Pick<Values, 'type' | 'purpose'>, store: Store) =>
  values.type === 'percentage' || values.type === 'fixed_amount' || buysFirst(values, store)

export const hasValue = ({ type }: Pick<Values, 'type'>) => type === 'percentage' || type === 'fixed_amount'

/** What follows from another choice: a new type or purpose takes with it what no longer fits. */
export function settled(values: Values, store: Store): Values {
  const next = { ...values }
  const { capabilities } = store
  if (next.type === 'comped_order' && next.purpose !== 'gift') next.type = 'percentage'
  const known = next.type === 'comped_order' ? 'percentage' : next.type
  if (!capabilities.discount_types.includes(known)) next.type = capabilities.discount_types[0] ?? 'percentage'
  if (next.type !== 'comped_order') next.with_shipping = false
  if (!hasScope(next, store) || !capabilities.scopes.includes(next.scope.kind)) next.scope = EVERYTHING
  if (buysFirst(next, store) && next.scope.kind === 'all') next.scope = { kind: 'products', ids: [], titles: [] }
  if (next.purpose === 'gift') next.uses_per_code = '1'
  if (!capabilities.minimum_quantity && next.minimum === 'quantity') next.minimum = 'none'
  if (!capabilities.start_dates) next.starts_at = null
  if (next.type === 'free_product' && next.applies_to === 'subscription') next.applies_to = 'both'
  return next
}

/** An end at 23:59 means the whole day, which the API takes as a date. */
function wallToApi(wall: string | null, end = false): string | null {
  if (!wall) return null
  const text = wall.replace(' ', 'T').slice(0, 16)
  return end && text.endsWith('T23:59') ? text.slice(0, 10) : text
}

export function toTerms(values: Values): TermsBody {
  const comped = values.type === 'comped_order'
  const spend = values.minimum === 'spend' ? values.minimum_subtotal : ''
  const quantity = values.minimum === 'quantity' ? values.minimum_quantity : ''
  return {
    name: values.name.trim(),
    title: values.title.trim() || null,
    type: values.type === 'comped_order' ? 'percentage' : values.type,
    value: comped ? '100' : hasValue(values) ? values.value : '',
    pattern: values.pattern.trim(),
    starts_at: wallToApi(values.starts_at),
    ends_at: wallToApi(values.ends_at, true),
    uses_per_code: values.uses_per_code ? Number(values.uses_per_code) : null,
    once_per_customer: values.once_per_customer,
    minimum_subtotal: spend || null,
    minimum_quantity: quantity ? Number(quantity) : null,
    scope: values.scope,
    combines_with: values.combines_with,
    applies_to: values.applies_to,
    purpose: values.purpose,
    free_product: values.type === 'free_product' ? values.free_product : null,
    with_shipping: comped && values.with_shipping,
  }
}

export function toRequest(
  values: Values,
  selection: SelectionBody | SavedSelection | null,
  edits: Record<string, string>,
  publish: boolean,
): NewOffer {
  const pool = values.pool ? Number(values.pool) : 0
  return { ...toTerms(values), store_id: values.store_id, selection, edits, pool, publish }
}

/** Only what differs: what nobody touched stays as the store has it, to the second. */
export function changedTerms(now: Values, before: Values): Partial<TermsBody> {
  const was = toTerms(before)
  const changed = Object.entries(toTerms(now)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name as keyof TermsBody]),
  )
  return Object.fromEntries(changed)
}
