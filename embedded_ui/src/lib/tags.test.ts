import { expect, it } from 'vitest'
import { fitting, splitTags } from './tags'

it('splits what was typed, without blanks and doubles', () => {
  expect(splitTags(' skincare, pl,,skincare ,')).toEqual(['skincare', 'pl'])
  expect(splitTags('')).toEqual([])
})

it.each([
  [['skincare', 'pl'], 2],
  [['beauty', 'outdoor'], 1],
  [['a very long tag indeed', 'pl'], 1],
  [['de', 'pl', 'jp', 'fr'], 4],
  [[], 0],
])('%j shows %i', (tags, shown) => {
  expect(fitting(tags)).toBe(shown)
})
