import { describe, expect, it } from 'vitest'
import { between, countOf, everyone, isSelected, mark, nobody, pageState, people, toBody, toggle } from './selection'

describe('people picked one by one', () => {
  it('counts, toggles and forgets', () => {
    const two = toggle(toggle(nobody, 7), 9)
    expect(countOf(two)).toBe(2)
    expect(isSelected(two, 7)).toBe(true)
    expect(toBody(toggle(two, 7))).toEqual({ ids: [9] })
  })

  it('never changes the selection it was given', () => {
    const before = people([1])
    mark(before, [2, 3], true)
    expect(countOf(before)).toBe(1)
  })
})

describe('all that match a filter', () => {
  const all = everyone({ tag: 'skincare' }, 12_480)

  it('is told to the server as the filter with exceptions', () => {
    expect(toBody(toggle(toggle(all, 5), 6))).toEqual({ filter: { tag: 'skincare' }, except_ids: [5, 6] })
  })

  it('includes rows that were never loaded', () => {
    expect(isSelected(all, 11_111)).toBe(true)
    expect(countOf(toggle(all, 5))).toBe(12_479)
  })

  it('takes an exception back', () => {
    expect(countOf(toggle(toggle(all, 5), 5))).toBe(12_480)
  })

  it('unmarks a range as exceptions', () => {
    expect(countOf(mark(all, [1, 2, 3], false))).toBe(12_477)
  })
})

describe('a range', () => {
  const order = [40, 10, 30, 20]

  it('follows the order of the table, in both directions', () => {
    expect(between(order, 10, 20)).toEqual([10, 30, 20])
    expect(between(order, 20, 10)).toEqual([10, 30, 20])
  })

  it('is the row alone when there is no start, or the start is out of sight', () => {
    expect(between(order, null, 30)).toEqual([30])
    expect(between(order, 99, 30)).toEqual([30])
  })
})

describe('the box above a page', () => {
  it('is empty, half or full', () => {
    expect(pageState(nobody, [1, 2])).toBe('none')
    expect(pageState(people([1]), [1, 2])).toBe('some')
    expect(pageState(people([1, 2, 3]), [1, 2])).toBe('all')
    expect(pageState(nobody, [])).toBe('none')
  })
})
