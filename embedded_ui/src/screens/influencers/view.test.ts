import { describe, expect, it } from 'vitest'
import { chosenFilters, DEFAULT_SORT, nextSort, readView, sameFilter, writeView } from './view'

const read = (text: string) => readView(new URLSearchParams(text))

describe('the address of the table', () => {
  it('reads what it wrote', () => {
    const view = { filter: { q: 'anna & co', offer_id: 4, tag: 'top 20', archived: true }, sort: '-net', columns: [4, 2] }
    expect(readView(writeView(view))).toEqual(view)
  })

  it('shows the columns of the offer that it filters by', () => {
    expect(read('offer_id=3&columns=1').columns).toEqual([1, 3])
  })

  it('takes no nonsense', () => {
    expect(read('offer_id=x&columns=a,,7,7&archived=maybe')).toEqual({ filter: {}, sort: DEFAULT_SORT, columns: [7] })
  })

  it('says nothing about what is usual', () => {
    expect(writeView({ filter: {}, sort: DEFAULT_SORT, columns: [] }).toString()).toBe('')
  })
})

it('sorts figures from the most, names from A, and gives up at the third press', () => {
  expect(nextSort(DEFAULT_SORT, 'net')).toBe('-net')
  expect(nextSort('-net', 'net')).toBe('net')
  expect(nextSort('net', 'net')).toBe(DEFAULT_SORT)
  expect(nextSort(DEFAULT_SORT, 'name')).toBe('name')
  expect(nextSort('name', 'name')).toBe('-name')
})

it('tells filters apart, whatever order they came in', () => {
  expect(sameFilter({ q: 'a', tag: 'b' }, { tag: 'b', q: 'a' })).toBe(true)
  expect(sameFilter({ q: 'a' }, { q: 'a', archived: true })).toBe(false)
  expect(chosenFilters({ q: 'a', tag: 'b', archived: true })).toEqual(['tag', 'archived'])
})
