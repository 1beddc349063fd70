import { locale } from '../text/locale'
import { int } from './format'

const rules = new Intl.PluralRules(locale.startsWith('en') ? locale : 'en')

/** `count(1, 'code', 'codes')` is "1 code". Catalogues in other languages bring their own forms. */
export function count(value: number, one: string, other: string): string {
  return `${int(value)} ${rules.select(value) === 'one' ? one : other}`
}
