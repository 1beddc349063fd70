import { expect, it } from 'vitest'
import { pickLocale } from './locale'

it.each([
  ['en', ['de-DE', 'en-GB'], 'en-GB'],
  ['pt-BR', ['en-US'], 'pt-BR'],
  [null, ['fr-CA', 'fr'], 'fr-CA'],
  [null, [], 'en'],
  ['not a tag!', ['en-US'], 'en'],
])('host %s with browser %s speaks %s', (host, browser, expected) => {
  expect(pickLocale(host, browser)).toBe(expected)
})
