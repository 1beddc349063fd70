import { expect, it } from 'vitest'
import type { Entry } from '../api/types'
import { entryNets } from './ledger'

const entry = (number: number, gross: string, refunded: string): Entry => ({
  number,
  kind: 'sale',
  gross: { amount: gross, currency: 'EUR' },
  discount: { amount: '0', currency: 'EUR' },
  refunded: { amount: refunded, currency: 'EUR' },
  reason: '',
  happened_at: '2026-11-21T00:00:00Z',
  recorded_at: '2026-11-21T00:00:00Z',
})

it('adds up exactly, entry by entry', () => {
  const rows = entryNets([entry(1, '0.10', '0'), entry(2, '0.20', '0'), entry(3, '0', '0.30'), entry(4, '0', '5.00')])
  expect(rows.map((row) => row.after.amount)).toEqual(['0.1', '0.3', '0', '-5'])
  expect(rows.map((row) => row.net.amount)).toEqual(['0.1', '0.2', '-0.3', '-5'])
})

it('takes differences that are negative', () => {
  const [row] = entryNets([entry(1, '-12.3456', '-2.0000')])
  expect(row?.after).toEqual({ amount: '-10.3456', currency: 'EUR' })
})
