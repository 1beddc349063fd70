const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const first = (word: string) => [...letters.segment(word)][0]?.segment ?? ''
const oneSign = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}]/u

/** Two letters in scripts that have capitals, one sign in the others; emoji are no letters. */
export function initials(name: string): string {
  const words = name
    .replace(/[^\p{L}\p{M}\s-]/gu, '')
    .trim()
    .split(/\s+/)
  const start = first(words[0] ?? '')
  if (!start || oneSign.test(start) || words.length < 2) return start.toUpperCase() || '?'
  return (start + first(words.at(-1) ?? '')).toUpperCase()
}

const TINTS = ['#dfe7f7', '#e3efe4', '#f6e6d6', '#efe0ee', '#dfeeee', '#eae6da']

export function tint(name: string): string {
  let hash = 0
  for (const sign of name) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) >>> 0
  return TINTS[hash % TINTS.length] ?? '#eae6da'
}
