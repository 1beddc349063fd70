/** Help for writing a code pattern. What a pattern gives is worked out by the server alone. */

export const PATTERN_FIELDS = [
  'first_name',
  'last_name',
  'name',
  'handle',
  'value',
  'offer',
  'year',
  'seq',
  'random:4',
  'number:4',
  'letters:4',
] as const

/** The chips beside the field: the ones most people need. */
export const CHIPS = ['first_name', 'last_name', 'handle', 'value', 'offer', 'random:4'] as const

/** Codes nobody holds yet have no name to take: such a pattern must make its own difference. */
export const tellsPoolCodesApart = (pattern: string) => /\{(?:random|number|letters):\d+\}|\{seq\}/.test(pattern)

/** Puts `{field}` where the caret stands (or over what is marked) and says where the caret goes. */
export function insertField(pattern: string, field: string, start: number, end: number) {
  const token = `{${field}}`
  return { pattern: pattern.slice(0, start) + token + pattern.slice(end), caret: start + token.length }
}
