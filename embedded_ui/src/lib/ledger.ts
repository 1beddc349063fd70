/** The running net beside each ledger entry, in whole 1/10,000 units: exact, no floats. */
import type { Entry, Money } from '../api/types'

const PLACES = 4

function toUnits(amount: string): bigint {
  const minus = amount.startsWith('-')
  const [whole = '0', part = ''] = amount.replace('-', '').split('.')
  const units = BigInt(whole + part.padEnd(PLACES, '0').slice(0, PLACES))
  return minus ? -units : units
}

function fromUnits(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(PLACES + 1, '0')
  const text = `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`.replace(/\.?0+$/, '')
  return units < 0n ? `-${text}` : text
}

export function entryNets(entries: readonly Entry[]): { entry: Entry; net: Money; after: Money }[] {
  let sum = 0n
  return entries.map((entry) => {
    const { currency } = entry.gross
    const net = toUnits(entry.gross.amount) - toUnits(entry.refunded.amount)
    sum += net
    return { entry, net: { amount: fromUnits(net), currency }, after: { amount: fromUnits(sum), currency } }
  })
}
