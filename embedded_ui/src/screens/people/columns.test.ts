import { describe, expect, it } from 'vitest'
import { assign, canCheck, fieldOf, tellApart } from './columns'

const mapping = { external_id: 1, email: 1, first_name: 0 }

describe('columns of a file', () => {
  it('shows a column by its field, though it tells people apart too', () => {
    expect(fieldOf(mapping, 1)).toBe('email')
    expect(fieldOf({ external_id: 2 }, 2)).toBe('')
  })

  it('gives a field to one column only', () => {
    expect(assign(mapping, 2, 'email')).toEqual({ external_id: 1, first_name: 0, email: 2 })
    expect(assign(mapping, 1, 'notes')).toEqual({ external_id: 1, first_name: 0, notes: 1 })
    expect(assign(mapping, 0, '')).toEqual({ external_id: 1, email: 1 })
  })

  it('asks for what tells people apart', () => {
    expect(canCheck(tellApart(mapping, undefined))).toBe(false)
    expect(canCheck(tellApart({ email: 1 }, 1))).toBe(true)
    expect(canCheck({ shoutcode_id: 3 })).toBe(true)
  })
})
