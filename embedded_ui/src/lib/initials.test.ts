import { expect, it } from 'vitest'
import { initials } from './initials'

it.each([
  ['Łukasz Żółty', 'ŁŻ'],
  ['王芳', '王'],
  ['🌸 Sakura Tanaka', 'ST'],
  ['محمد الهاشمي', 'م'],
  ['Wolfeschlegelsteinhausenbergerdorff Maximilian-Alexander von', 'WV'],
  ['Cher', 'C'],
  ['🌸', '?'],
  ['', '?'],
])('%s is %s', (name, expected) => {
  expect(initials(name)).toBe(expected)
})
