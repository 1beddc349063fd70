import { describe, expect, it } from 'vitest'
import { insertField, tellsPoolCodesApart } from './pattern'

describe('adding a field to the pattern', () => {
  it('puts it where the caret stands and moves the caret behind it', () => {
    expect(insertField('VIP-{value}', 'first_name', 4, 4)).toEqual({ pattern: 'VIP-{first_name}{value}', caret: 16 })
  })

  it('replaces what is marked', () => {
    expect(insertField('VIP-15', 'value', 4, 6)).toEqual({ pattern: 'VIP-{value}', caret: 11 })
  })
})

it.each([
  ['KIT-{random:4}', true],
  ['KIT{number:6}', true],
  ['KIT-{seq}', true],
  ['{first_name}{value}', false],
  ['KIT-{random}', false],
])('%s tells pool codes apart: %s', (pattern, apart) => {
  expect(tellsPoolCodesApart(pattern)).toBe(apart)
})
