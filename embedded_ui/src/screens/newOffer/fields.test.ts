import { describe, expect, it } from 'vitest'
import type { Store } from '../../api/types'
import { everyone } from '../../lib/selection'
import { startValues, toRequest, validate, type Values } from './fields'

const store: Store = {
  id: 3,
  name: 'Aurora',
  domain: 'aurora.example',
  platform: 'shopify',
  currency: 'EUR',
  time_zone: 'Europe/Berlin',
  state: 'active',
  capabilities: {
    start_dates: true,
    pause_single_code: false,
    apply_links: true,
    discount_types: ['percentage', 'fixed_amount'],
    amount_decimals: 2,
    missing: {},
  },
}
const values = (changes: Partial<Values>): Values => ({ ...startValues(store), name: 'Spring', ...changes })
const faults = (changes: Partial<Values>) => Object.keys(validate(values(changes), store))

describe('what is wrong with an offer', () => {
  it('is nothing in the usual case', () => {
    expect(faults({})).toEqual([])
  })

  it.each(['0', '0.009', '100.01', '101', '', '12.345', '1e2', '-5'])('a percentage of %s', (value) => {
    expect(faults({ value })).toEqual(['value'])
  })

  it.each(['0.01', '15', '12.5', '100', '100.00'])('not a percentage of %s', (value) => {
    expect(faults({ value })).toEqual([])
  })

  it('an amount with more decimals than the store keeps, or none at all', () => {
    expect(faults({ type: 'fixed_amount', value: '10.005' })).toEqual(['value'])
    expect(faults({ type: 'fixed_amount', value: '0.00' })).toEqual(['value'])
    expect(faults({ type: 'fixed_amount', value: '250' })).toEqual([])
  })

  it('an end that is not after the start', () => {
    const start = '2027-03-01 09:00:00'
    expect(faults({ starts_at: start, ends_at: '2027-02-28 23:59:00' })).toEqual(['ends_at'])
    expect(faults({ starts_at: start, ends_at: start })).toEqual(['ends_at'])
    expect(faults({ starts_at: start, ends_at: '2027-03-01 23:59:00' })).toEqual([])
  })

  it('an empty name or pattern, and limits of zero', () => {
    expect(faults({ name: ' ', pattern: '', uses_per_code: '0', minimum_subtotal: '0' })).toEqual([
      'name',
      'pattern',
      'uses_per_code',
      'minimum_subtotal',
    ])
  })

  it('pool codes that nothing tells apart', () => {
    expect(faults({ pool: '20' })).toEqual(['pattern'])
    expect(faults({ pool: '20', pattern: 'KIT-{random:4}' })).toEqual([])
  })
})

describe('what is sent', () => {
  it('keeps amounts as text and times as the store reads them', () => {
    const sent = toRequest(
      values({ value: '12.50', starts_at: '2027-03-01 09:30:00', ends_at: '2027-03-31 23:59:00', minimum_subtotal: '40.00' }),
      everyone({ tag: 'pl' }, 214),
      { '5': 'ANNA15' },
      true,
    )
    expect(sent).toMatchObject({
      value: '12.50',
      starts_at: '2027-03-01T09:30',
      ends_at: '2027-03-31',
      minimum_subtotal: '40.00',
      selection: { filter: { tag: 'pl' }, except_ids: [] },
      edits: { '5': 'ANNA15' },
      uses_per_code: null,
      pool: 0,
      publish: true,
    })
  })

  it('keeps an end in the middle of a day', () => {
    expect(toRequest(values({ ends_at: '2027-03-31 12:00:00' }), null, {}, false).ends_at).toBe('2027-03-31T12:00')
  })
})
