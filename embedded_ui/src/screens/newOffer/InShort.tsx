import type { Store } from '../../api/types'
import { list, money, percent, wallTime } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { o } from '../../text/offers'
import { buysFirst, hasScope, type Errors, type Values } from './fields'

interface InShortProps {
  values: Values
  faults: Errors
  store: Store
  people: number
}

/** The terms again, in sentences. */
export function InShort(props: InShortProps) {
  return (
    <Card title={t.newOffer.inShort}>
      <ul className="terms">
        {sentences(props).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Card>
  )
}

const NAMED = 3

function chosen({ scope }: Values): string {
  if (scope.kind === 'all' || scope.titles.length === 0) return o.short.all
  return o.short.more(list(scope.titles.slice(0, NAMED)), Math.max(0, scope.titles.length - NAMED))
}

function what({ values, faults, store }: InShortProps): string {
  const { type, value, free_product: product } = values
  if (type === 'free_shipping') return t.offers.freeShipping
  if (type === 'comped_order') return values.with_shipping ? o.short.compedShipping : o.short.comped
  if (type === 'free_product') {
    const free = o.short.freeProduct(product?.title ?? t.none)
    return buysFirst(values, store) ? `${free}, ${o.short.boughtFor(chosen(values))}` : free
  }
  const off = faults.value ? t.none : type === 'percentage' ? percent(value) : money({ amount: value, currency: store.currency })
  return o.short.off(off, hasScope(values, store) ? chosen(values) : o.short.all)
}

function least({ values, faults, store }: InShortProps): string[] {
  if (values.minimum === 'spend' && values.minimum_subtotal && !faults.minimum_subtotal) {
    return [t.newOffer.ordersOf(money({ amount: values.minimum_subtotal, currency: store.currency }))]
  }
  if (values.minimum === 'quantity' && values.minimum_quantity && !faults.minimum_quantity) {
    return [o.short.items(Number(values.minimum_quantity))]
  }
  return []
}

function together({ values: { combines_with: combines }, store }: InShortProps): string[] {
  const parts = (['orders', 'products', 'shipping'] as const).filter((part) => combines[part])
  if (store.capabilities.combining.length === 0) return []
  return [parts.length === 0 ? o.short.alone : o.short.together(list(parts.map((part) => o.combinesParts[part].toLowerCase())))]
}

function sentences(props: InShortProps): string[] {
  const { values, faults, people } = props
  const start = values.starts_at ? wallTime(values.starts_at) : t.newOffer.fromPublishing
  const end = values.ends_at && !faults.ends_at ? wallTime(values.ends_at) : null
  const uses = values.uses_per_code && !faults.uses_per_code ? Number(values.uses_per_code) : null
  const pool = faults.pool ? 0 : Number(values.pool)
  const limit = uses ? t.newOffer.usesEach(uses) : t.newOffer.noUseLimit
  return [
    what(props),
    end ? t.newOffer.fromTo(start, end) : t.newOffer.fromOn(start),
    ...least(props),
    `${values.once_per_customer ? t.newOffer.oncePerCustomer : t.newOffer.anyTimes}, ${limit}`,
    ...together(props),
    ...(values.purpose === 'audience' ? [] : [o.purposeHelp[values.purpose]]),
    ...(people > 0 ? [t.newOffer.peopleGet(people)] : []),
    ...(pool > 0 ? [t.newOffer.poolGets(pool)] : []),
    ...(people + pool === 0 ? [t.newOffer.noCodesYet] : []),
  ]
}
