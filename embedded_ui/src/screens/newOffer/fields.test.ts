import { describe, expect, it } from 'vitest'
import type { Store } from '../../api/types'
import { everyone, toBody } from '../../lib/selection'
import { validate } from './faults'
import { changedTerms, settled, startValues, toRequest, toTerms, type Values } from './fields'

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
    pause_discount: true,
    discount_types: ['percentage', 'fixed_amount', 'free_shipping', 'free_product'],
    amount_decimals: 2,
    percentage_decimals: 2,
    minimum_quantity: true,
    subscriptions: true,
    combining: ['orders', 'products', 'shipping'],
    scopes: ['all', 'products', 'collections'],
    collections_called: 'collections',
    free_product_buys: true,
    comped_shipping: false,
    picker: true,
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
    expect(faults({ name: ' ', pattern: '', uses_per_code: '0', minimum: 'spend', minimum_subtotal: '0' })).toEqual([
      'name',
      'pattern',
      'uses_per_code',
      'minimum_subtotal',
    ])
  })

  it('an amount finer than the store keeps, at the minimum too, and no items', () => {
    expect(faults({ minimum: 'spend', minimum_subtotal: '4.999' })).toEqual(['minimum_subtotal'])
    expect(faults({ minimum: 'quantity', minimum_quantity: '' })).toEqual(['minimum_quantity'])
    expect(faults({ scope: { kind: 'products', ids: [], titles: [] } })).toEqual(['scope'])
  })

  it('pool codes that nothing tells apart', () => {
    expect(faults({ pool: '20' })).toEqual(['pattern'])
    expect(faults({ pool: '20', pattern: 'KIT-{random:4}' })).toEqual([])
  })
})

const mug = { id: 'gid://shopify/ProductVariant/2', title: 'Mug', price: '18.00' }
const gifts = { kind: 'collections' as const, ids: ['c-2'], titles: ['Gifts'] }

describe('a free product', () => {
  it('for an audience needs the product and what has to be bought', () => {
    const chosen = settled(values({ type: 'free_product' }), store)
    expect(chosen.scope.kind).toBe('products')
    expect(Object.keys(validate(chosen, store))).toEqual(['free_product', 'scope'])
    expect(validate({ ...chosen, free_product: mug, scope: gifts }, store)).toEqual({})
  })

  it('as a gift needs the product alone, works once, and is for nothing else', () => {
    const chosen = settled(values({ type: 'free_product', purpose: 'gift', free_product: mug, scope: gifts }), store)
    expect(validate(chosen, store)).toEqual({})
    expect(toTerms(chosen)).toMatchObject({ scope: { kind: 'all' }, uses_per_code: 1, value: '', free_product: mug })
  })

  it('of a store that cannot ask for a purchase is one item', () => {
    const plain = { ...store, capabilities: { ...store.capabilities, free_product_buys: false } }
    expect(validate(settled(values({ type: 'free_product', free_product: mug }), plain), plain)).toEqual({})
  })
})

describe('choices that follow others', () => {
  it('a comped order is 100 % of everything and ends with the gift', () => {
    const comped = settled(values({ purpose: 'gift', type: 'comped_order', with_shipping: true }), store)
    expect(toTerms(comped)).toMatchObject({ type: 'percentage', value: '100', purpose: 'gift', with_shipping: true, uses_per_code: 1 })
    expect(settled({ ...comped, purpose: 'audience' }, store)).toMatchObject({ type: 'percentage', with_shipping: false })
  })

  it('free shipping is for everything', () => {
    expect(settled(values({ type: 'free_shipping', scope: gifts }), store).scope.kind).toBe('all')
  })

  it('what the store cannot do is let go', () => {
    const plain = { ...store, capabilities: { ...store.capabilities, start_dates: false, minimum_quantity: false, discount_types: ['percentage' as const] } }
    const before = values({ type: 'free_shipping', minimum: 'quantity', starts_at: '2027-03-01 09:00:00' })
    expect(settled(before, plain)).toMatchObject({ type: 'percentage', minimum: 'none', starts_at: null })
  })
})

describe('a change', () => {
  it('sends only what differs', () => {
    const before = values({ uses_per_code: '1', ends_at: '2027-03-31 23:59:59' })
    expect(changedTerms({ ...before, uses_per_code: '3', scope: gifts }, before)).toEqual({ uses_per_code: 3, scope: gifts })
    expect(changedTerms(before, before)).toEqual({})
  })

  it('of the minimum takes the other one back', () => {
    const before = values({ minimum: 'spend', minimum_subtotal: '40.00' })
    expect(changedTerms({ ...before, minimum: 'quantity', minimum_quantity: '2' }, before)).toEqual({
      minimum_subtotal: null,
      minimum_quantity: 2,
    })
  })
})

describe('what is sent', () => {
  it('keeps amounts as text and times as the store reads them', () => {
    const sent = toRequest(
      values({ value: '12.50', starts_at: '2027-03-01 09:30:00', ends_at: '2027-03-31 23:59:00', minimum: 'spend', minimum_subtotal: '40.00' }),
      toBody(everyone({ tag: 'pl' }, 214)),
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
