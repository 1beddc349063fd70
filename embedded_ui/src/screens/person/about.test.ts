import { describe, expect, it } from 'vitest'
import type { Influencer } from '../../api/types'
import { changesOf, valuesOf } from './about'

const person = {
  first_name: 'Ana', last_name: '', display_name: '', email: '', country: '', preferred_code: '',
  commission_rate: '12.5', local_tags: ['vip'], notes: '',
} as unknown as Influencer

describe('a person’s own fields', () => {
  it('sends only what was changed', () => {
    expect(changesOf(person, valuesOf(person))).toEqual({})
    expect(changesOf(person, { ...valuesOf(person), notes: 'tall' })).toEqual({ notes: 'tall' })
  })

  it('reads a rate as people write it', () => {
    expect(changesOf(person, { ...valuesOf(person), commission_rate: ' 12,5 % ' })).toEqual({})
    expect(changesOf(person, { ...valuesOf(person), commission_rate: '7,25' })).toEqual({ commission_rate: '7.25' })
  })
})
