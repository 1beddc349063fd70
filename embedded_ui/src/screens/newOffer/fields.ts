/** The form's values, what is wrong with them, and what is sent: pure. Names are those of the API, so its errors fit. */
import type { NewOffer, Store } from '../../api/types'
import { wallTime } from '../../lib/format'
import { tellsPoolCodesApart } from '../../lib/pattern'
import { toBody, type Selection } from '../../lib/selection'
import { t } from '../../text'

export interface Values {
  name: string
  title: string
  store_id: number
  type: 'percentage' | 'fixed_amount'
  /** Decimal text with a point, as typed. */
  value: string
  pattern: string
  /** The store's clock, `2027-03-01 09:00:00`; null: from publishing. */
  starts_at: string | null
  ends_at: string | null
  uses_per_code: string
  minimum_subtotal: string
  once_per_customer: boolean
  pool: string
}

export type Field = keyof Values
export type Errors = Partial<Record<Field, string>>

export const LABELS: Record<Field, string> = {
  name: t.newOffer.name,
  title: t.newOffer.shopperTitle,
  store_id: t.newOffer.store,
  type: t.newOffer.type,
  value: t.newOffer.value,
  pattern: t.newOffer.pattern,
  starts_at: t.newOffer.start,
  ends_at: t.newOffer.end,
  uses_per_code: t.newOffer.uses,
  minimum_subtotal: t.newOffer.minimum,
  once_per_customer: t.newOffer.once,
  pool: t.newOffer.pool,
}

export const fieldId = (field: string) => `field-${field}`

export const startValues = (store: Store): Values => ({
  name: '',
  title: '',
  store_id: store.id,
  type: 'percentage',
  value: '15',
  pattern: '{first_name}{value}',
  starts_at: null,
  ends_at: null,
  uses_per_code: '',
  minimum_subtotal: '',
  once_per_customer: true,
  pool: '',
})

const DECIMAL = /^\d+(?:\.(\d+))?$/
/** Exact for what a form holds: compares digit by digit through integers of 1/10,000. */
const tenThousandths = (text: string) => {
  const [whole = '0', part = ''] = text.split('.')
  return BigInt(whole) * 10_000n + BigInt(part.padEnd(4, '0').slice(0, 4) || '0')
}
const decimalsOf = (text: string) => DECIMAL.exec(text)?.[1]?.length ?? 0
const isWhole = (text: string) => /^[1-9]\d*$/.test(text)

function valueError({ type, value }: Values, store: Store): string | undefined {
  if (type === 'percentage') {
    const fits = DECIMAL.test(value) && decimalsOf(value) <= 2
    if (!fits || tenThousandths(value) < 100n || tenThousandths(value) > 1_000_000n) return t.newOffer.errors.percentage
    return undefined
  }
  if (!DECIMAL.test(value) || tenThousandths(value) <= 0n) return t.newOffer.errors.amount
  const most = store.capabilities.amount_decimals
  return decimalsOf(value) > most ? t.newOffer.errors.decimals(most) : undefined
}

function endError({ starts_at, ends_at }: Values): string | undefined {
  if (!ends_at || !starts_at) return undefined
  return ends_at <= starts_at ? t.newOffer.errors.endBeforeStart(wallTime(starts_at)) : undefined
}

export function validate(values: Values, store: Store): Errors {
  const { minimum_subtotal: minimum, pattern, pool, uses_per_code: uses } = values
  const found: Errors = {}
  const add = (field: Field, error: string | undefined) => {
    if (error) found[field] = error
  }
  add('name', values.name.trim() ? undefined : t.newOffer.errors.name)
  add('value', valueError(values, store))
  add('pattern', pattern.trim() ? undefined : t.newOffer.errors.pattern)
  add('ends_at', endError(values))
  add('uses_per_code', uses && !isWhole(uses) ? t.newOffer.errors.whole : undefined)
  add('minimum_subtotal', minimum && !(DECIMAL.test(minimum) && tenThousandths(minimum) > 0n) ? t.newOffer.errors.minimum : undefined)
  add('pool', pool && pool !== '0' && !isWhole(pool) ? t.newOffer.errors.whole : undefined)
  if (isWhole(pool) && pattern.trim() && !tellsPoolCodesApart(pattern)) add('pattern', t.newOffer.errors.poolPattern)
  return found
}

/** An end at 23:59 means the whole day, which the API takes as a date. */
function wallToApi(wall: string | null, end = false): string | null {
  if (!wall) return null
  const text = wall.replace(' ', 'T').slice(0, 16)
  return end && text.endsWith('T23:59') ? text.slice(0, 10) : text
}

export function toRequest(
  values: Values,
  selection: Selection | null,
  edits: Record<string, string>,
  publish: boolean,
): NewOffer {
  return {
    name: values.name.trim(),
    title: values.title.trim() || null,
    store_id: values.store_id,
    type: values.type,
    value: values.value,
    pattern: values.pattern.trim(),
    starts_at: wallToApi(values.starts_at),
    ends_at: wallToApi(values.ends_at, true),
    uses_per_code: values.uses_per_code ? Number(values.uses_per_code) : null,
    once_per_customer: values.once_per_customer,
    minimum_subtotal: values.minimum_subtotal || null,
    selection: selection && toBody(selection),
    edits,
    pool: values.pool ? Number(values.pool) : 0,
    publish,
  }
}
