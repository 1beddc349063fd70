import { describe, expect, it } from 'vitest'
import { ago, change, date, duration, isZero, money, negative, percent, wallDay, wallDays, wallTime, wallOf } from './format'

describe('money', () => {
  it('keeps every digit of amounts that floats would round', () => {
    expect(money({ amount: '90071992547409931.15', currency: 'EUR' })).toBe('€90,071,992,547,409,931.15')
  })

  it('shows the decimals of the currency and a real minus', () => {
    expect(money({ amount: '12.5', currency: 'EUR' })).toBe('€12.50')
    expect(money({ amount: '1200', currency: 'JPY' })).toBe('¥1,200')
    expect(money({ amount: '1200', currency: '' })).toBe('1,200')
    expect(money({ amount: '-40.80', currency: 'EUR' })).toBe('−€40.80')
  })

  it('turns a sum into what was taken off', () => {
    expect(money(negative({ amount: '45.80', currency: 'EUR' }))).toBe('−€45.80')
    expect(money(negative({ amount: '-5.00', currency: 'EUR' }))).toBe('€5.00')
    expect(money(negative({ amount: '0.00', currency: 'EUR' }))).toBe('€0.00')
  })

  it('writes a change with its sign', () => {
    expect(change({ amount: '7.65', currency: 'EUR' })).toBe('+€7.65')
    expect(change({ amount: '-7.65', currency: 'EUR' })).toBe('−€7.65')
    expect(change({ amount: '0', currency: 'EUR' })).toBe('€0.00')
  })

  it('knows nothing from little', () => {
    expect(isZero({ amount: '0.00', currency: 'EUR' })).toBe(true)
    expect(isZero({ amount: '0.01', currency: 'EUR' })).toBe(false)
  })
})

it('puts a space before the percent sign', () => {
  expect(percent('12.5')).toBe('12.5 %')
})

describe('times', () => {
  it('are relative for four weeks, then a date', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    expect(ago('2026-11-21T11:59:30Z', 'UTC', now)).toBe('now')
    expect(ago('2026-11-21T10:00:00Z', 'UTC', now)).toContain('2')
    expect(ago('2026-11-20T11:00:00Z', 'UTC', now)).toBe('yesterday')
    expect(ago('2026-10-01T11:00:00Z', 'UTC', now)).toBe(date('2026-10-01T11:00:00Z', 'UTC'))
  })

  it('fall on the day of the store, not of the browser', () => {
    expect(date('2026-12-31T23:30:00Z', 'Asia/Tokyo')).toContain('2027')
  })

  it('written without a zone are read as they stand', () => {
    expect(wallTime('2027-03-28 02:30:00')).toContain('2:30')
    expect(wallDay('2027-03-31 23:59:00')).toBe('Wednesday')
    expect(wallDays('2027-03-01 00:00:00', '2027-03-31 23:59:00')).toBe(31)
  })

  it('to come are rounded to what one can wait by', () => {
    expect(duration(1)).toBe('5 seconds')
    expect(duration(43)).toBe('45 seconds')
    expect(duration(58)).toBe('1 minute')
    expect(duration(200)).toBe('3 minutes')
  })
})

describe('a moment on a store’s clock', () => {
  it('follows the zone over a change of clocks', () => {
    expect(wallOf('2027-03-28T00:30:00Z', 'Europe/Berlin')).toBe('2027-03-28 01:30:00')
    expect(wallOf('2027-03-28T01:30:00Z', 'Europe/Berlin')).toBe('2027-03-28 03:30:00')
    expect(wallOf('2026-12-31T22:59:59Z', 'Europe/Berlin')).toBe('2026-12-31 23:59:59')
  })
})
