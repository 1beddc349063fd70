/** Figures, money and dates as the person writes them. Amounts stay decimal strings all the way into Intl. */
import type { Money } from '../api/types'
import { locale } from '../text/locale'

type Decimal = Intl.StringNumericLiteral

const numbers = new Intl.NumberFormat(locale)
const compact = new Intl.NumberFormat(locale, { notation: 'compact' })
const relativeTime = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' })
const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
const moneyFormats = new Map<string, Intl.NumberFormat>()

const realMinus = (text: string) => text.replace(/^-/, '−')

export const int = (value: number) => realMinus(numbers.format(value))
export const short = (value: number) => compact.format(value)
export const list = (words: string[]) => lists.format(words)
export const percent = (value: string) => `${numbers.format(value as Decimal)} %`

function moneyFormat(currency: string, digits?: number): Intl.NumberFormat {
  const key = `${currency}${digits ?? ''}`
  let format = moneyFormats.get(key)
  if (!format) {
    const fraction = digits === undefined ? {} : { maximumFractionDigits: digits, minimumFractionDigits: digits }
    // Intl throws at a currency that is none, and one odd figure must not take the page with it.
    const style = /^[A-Z]{3}$/.test(currency) ? ({ style: 'currency', currency } as const) : {}
    format = new Intl.NumberFormat(locale, { ...style, ...fraction })
    moneyFormats.set(key, format)
  }
  return format
}

export const money = (value: Money) => realMinus(moneyFormat(value.currency).format(value.amount as Decimal))
/** For an axis: no decimals, since the marks are round. */
export const roundMoney = (value: number, currency: string) => realMinus(moneyFormat(currency, 0).format(value))
export const isZero = (value: Money) => /^-?0*\.?0*$/.test(value.amount)
export const negative = (value: Money): Money => ({
  ...value,
  amount: isZero(value) ? value.amount : value.amount.startsWith('-') ? value.amount.slice(1) : `-${value.amount}`,
})
/** With its sign, for a change: +€7.65, −€40.80. */
export const change = (value: Money) =>
  value.amount.startsWith('-') || isZero(value) ? money(value) : `+${money(value)}`

export const currencySymbol = (currency: string) =>
  moneyFormat(currency)
    .formatToParts(0)
    .find((part) => part.type === 'currency')?.value ?? currency

export const decimalMark = numbers.formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.'
export const groupMark = numbers.formatToParts(12345).find((part) => part.type === 'group')?.value ?? ''

const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** Making one costs a hundred times what using it does, and a table shows hundreds of dates. */
function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  let format = dateFormats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options)
    dateFormats.set(key, format)
  }
  return format
}

export const dateTime = (iso: string, timeZone: string) =>
  dateFormat({ dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(iso))
export const date = (iso: string, timeZone: string) =>
  dateFormat({ dateStyle: 'medium', timeZone }).format(new Date(iso))
export const clock = (iso: string, timeZone: string) =>
  dateFormat({ timeStyle: 'short', timeZone }).format(new Date(iso))
export const longDate = (when: Date, timeZone: string) =>
  dateFormat({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(
    when,
  )
/** A calendar day such as 2026-11-21, which has no zone. */
export const dayOfMonth = (day: string) =>
  dateFormat({ day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(day))

/** The clock in the store, `2027-03-01 00:00:00`: read as it stands, without any zone. */
const asWritten = (wall: string) => new Date(`${wall.replace(' ', 'T').slice(0, 16)}:00Z`)
export const wallTime = (wall: string) =>
  dateFormat({ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(asWritten(wall))
export const wallDay = (wall: string) =>
  dateFormat({ weekday: 'long', timeZone: 'UTC' }).format(asWritten(wall))
/** Days that an offer runs, both ends counted. */
export const wallDays = (start: string, end: string) =>
  Math.floor((Date.parse(end.slice(0, 10)) - Date.parse(start.slice(0, 10))) / 86_400_000) + 1

const STEPS: [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['minute', 60, 3600],
  ['hour', 3600, 86_400],
  ['day', 86_400, 7 * 86_400],
  ['week', 7 * 86_400, 28 * 86_400],
]

/** "2h ago" up to four weeks, then the date. */
export function ago(iso: string, timeZone: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000)
  if (seconds < 60) return relativeTime.format(0, 'second')
  const step = STEPS.find(([, , below]) => seconds < below)
  if (!step) return date(iso, timeZone)
  return relativeTime.format(-Math.floor(seconds / step[1]), step[0])
}

const unit = (value: number, name: 'second' | 'minute' | 'hour') =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value)

/** How long a wait feels: five-second steps, then minutes, then hours. */
export function duration(seconds: number): string {
  if (seconds < 58) return unit(Math.max(5, Math.ceil(seconds / 5) * 5), 'second')
  if (seconds < 5400) return unit(Math.max(1, Math.round(seconds / 60)), 'minute')
  return unit(Math.round(seconds / 3600), 'hour')
}

/** A moment on the clock of a time zone, `2027-03-01 09:00:00`: what a date field works with. */
export function wallOf(iso: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date(iso))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '00'
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`
}
