import type { Store } from '../../api/types'
import { money, percent, wallTime } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import type { Errors, Values } from './fields'

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

function sentences({ values, faults, store, people }: InShortProps): string[] {
  const amount = (text: string) => money({ amount: text, currency: store.currency })
  const value = faults.value ? t.none : values.type === 'percentage' ? percent(values.value) : amount(values.value)
  const start = values.starts_at ? wallTime(values.starts_at) : t.newOffer.fromPublishing
  const end = values.ends_at && !faults.ends_at ? wallTime(values.ends_at) : null
  const uses = values.uses_per_code && !faults.uses_per_code ? Number(values.uses_per_code) : null
  const pool = faults.pool ? 0 : Number(values.pool)
  const limit = uses ? t.newOffer.usesEach(uses) : t.newOffer.noUseLimit
  return [
    t.newOffer.off(value),
    end ? t.newOffer.fromTo(start, end) : t.newOffer.fromOn(start),
    ...(values.minimum_subtotal && !faults.minimum_subtotal ? [t.newOffer.ordersOf(amount(values.minimum_subtotal))] : []),
    `${values.once_per_customer ? t.newOffer.oncePerCustomer : t.newOffer.anyTimes}, ${limit}`,
    ...(people > 0 ? [t.newOffer.peopleGet(people)] : []),
    ...(pool > 0 ? [t.newOffer.poolGets(pool)] : []),
    ...(people + pool === 0 ? [t.newOffer.noCodesYet] : []),
  ]
}
