import { describe, expect, it } from 'vitest'
import type { SavedView } from '../../api/types'
import {
  chosenFilters, DEFAULT_SORT, fromSaved, moved, nextSort, plainView, readView, sameFilter, sameView, toContent,
  withColumns, withFilter, writeView,
} from './view'

const read = (text: string, saved: SavedView[] = []) => readView(new URLSearchParams(text), saved)
const saved: SavedView = {
  id: 7, name: 'Top 20', is_default: true, sort: '-net', offers: [4], fields: ['email', 'tags'],
  filter: { q: '', tag: 'top 20', archived: false },
}

describe('the address of the table', () => {
  it('reads what it wrote', () => {
    const view = {
      view: '12',
      filter: { q: 'anna & co', tag: 'top 20', stage: 'vip', country: 'PL', activity: 'quiet_60', offer_id: 4, archived: true },
      sort: '-net',
      columns: [4, 2],
      fields: ['country' as const, 'tags' as const],
    }
    expect(readView(writeView(view))).toEqual(view)
    expect(readView(writeView({ ...view, fields: [] })).fields).toEqual([])
  })

  it('shows the columns of the offer that it filters by', () => {
    expect(read('offer_id=3&columns=1').columns).toEqual([1, 3])
  })

  it('takes no nonsense', () => {
    expect(read('offer_id=x&columns=a,,7,7&archived=maybe&fields=shoes,tags,tags')).toEqual({
      view: '', filter: {}, sort: DEFAULT_SORT, columns: [7], fields: ['tags'],
    })
  })

  it('says nothing about what is usual', () => {
    expect(writeView(plainView({})).toString()).toBe('')
    expect(read('').fields).toEqual(['tags', 'totals'])
    expect(read('columns=3').fields).toEqual(['tags'])
  })
})

describe('saved views', () => {
  it('open the table where the address says nothing', () => {
    expect(read('', [saved])).toEqual(fromSaved(saved))
    expect(read('embedded=1&host=abc&shop=a.myshopify.com', [saved])).toEqual(fromSaved(saved))
    expect(read('view=all', [saved]).filter).toEqual({})
    expect(read('', [{ ...saved, is_default: false }]).view).toBe('')
  })

  it('come back from the address and the API as they were', () => {
    const shown = fromSaved(saved)
    expect(shown).toEqual({ view: '7', filter: { tag: 'top 20' }, sort: '-net', columns: [4], fields: ['email', 'tags'] })
    expect(readView(writeView(shown))).toEqual(shown)
    expect(toContent(shown)).toEqual({ filter: { tag: 'top 20' }, sort: '-net', offers: [4], fields: ['email', 'tags'] })
  })

  it('are told from what was changed since', () => {
    const shown = fromSaved(saved)
    expect(sameView(shown, { ...shown, view: '' })).toBe(true)
    expect(sameView(shown, { ...shown, fields: ['tags', 'email'] })).toBe(false)
    expect(sameView(shown, { ...shown, sort: 'net' })).toBe(false)
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
  expect(chosenFilters({ q: 'a', activity: 'never', tag: 'b', archived: true })).toEqual(['activity', 'tag', 'archived'])
})

it('takes an offer’s columns along with its filter', () => {
  const view = withFilter(plainView({ offer_id: 4 }), { tag: 'a' })
  expect(view).toEqual(plainView({ tag: 'a' }))
  expect(withFilter({ ...view, columns: [4, 5] }, { offer_id: 5, tag: undefined }).columns).toEqual([4, 5])
})

it('keeps the columns of the offer it filters by, and fields that somebody chose', () => {
  const view = withColumns(plainView({ offer_id: 4 }), [5])
  expect(view.columns).toEqual([5, 4])
  expect(withColumns({ ...plainView({}), fields: ['email'] }, [5]).fields).toEqual(['email'])
  expect(withColumns(withColumns(plainView({}), [5]), []).fields).toEqual(['tags', 'totals'])
})

it('moves a column by one place', () => {
  expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c'])
})
