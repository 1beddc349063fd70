/** What is wrong with the form's values, each at its field: pure. The API checks the same again. */
import type { Store } from '../../api/types'
import { wallTime } from '../../lib/format'
import { tellsPoolCodesApart } from '../../lib/pattern'
import { t } from '../../text'
import { o } from '../../text/offers'
import { buysFirst, hasScope, type Errors, type Field, type Values } from './fields'

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
    const most = store.capabilities.percentage_decimals
    return decimalsOf(value) > most ? t.newOffer.errors.decimals(most) : undefined
  }
  return type === 'fixed_amount' ? amountError(value, store, t.newOffer.errors.amount) : undefined
}

function amountError(value: string, store: Store, message: string): string | undefined {
  if (!DECIMAL.test(value) || tenThousandths(value) <= 0n) return message
  const most = store.capabilities.amount_decimals
  return decimalsOf(value) > most ? t.newOffer.errors.decimals(most) : undefined
}

function endError({ starts_at, ends_at }: Values): string | undefined {
  if (!ends_at || !starts_at) return undefined
  return ends_at <= starts_at ? t.newOffer.errors.endBeforeStart(wallTime(starts_at)) : undefined
}

function scopeError(values: Values, store: Store): string | undefined {
  const { kind, ids } = values.scope
  if (!hasScope(values, store) || kind === 'all' || ids.length > 0) return undefined
  return buysFirst(values, store) ? o.errors.bought : o.errors.scope
}

function patternError({ pattern, pool }: Values): string | undefined {
  if (!pattern.trim()) return t.newOffer.errors.pattern
  return isWhole(pool) && !tellsPoolCodesApart(pattern) ? t.newOffer.errors.poolPattern : undefined
}

export function validate(values: Values, store: Store): Errors {
  const { minimum, pool, uses_per_code: uses } = values
  const found: Errors = {}
  const add = (field: Field, error: string | undefined) => {
    if (error) found[field] = error
  }
  add('name', values.name.trim() ? undefined : t.newOffer.errors.name)
  add('value', valueError(values, store))
  add('free_product', values.type === 'free_product' && !values.free_product ? o.errors.freeProduct : undefined)
  add('pattern', patternError(values))
  add('ends_at', endError(values))
  add('scope', scopeError(values, store))
  add('uses_per_code', uses && !isWhole(uses) ? t.newOffer.errors.whole : undefined)
  if (minimum === 'spend') add('minimum_subtotal', amountError(values.minimum_subtotal, store, o.errors.spend))
  if (minimum === 'quantity') add('minimum_quantity', isWhole(values.minimum_quantity) ? undefined : o.errors.quantity)
  add('pool', pool && pool !== '0' && !isWhole(pool) ? t.newOffer.errors.whole : undefined)
  return found
}
