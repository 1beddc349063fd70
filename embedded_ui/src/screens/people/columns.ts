/** Which column of a file goes where. One column may tell people apart and be a field of its own as well. */
export type Mapping = Record<string, number>

const KEY = 'external_id'

/** The field that a column fills, apart from telling people apart. */
export const fieldOf = (mapping: Mapping, place: number): string =>
  Object.entries(mapping).find(([field, at]) => at === place && field !== KEY)?.[0] ?? ''

/** Gives a column to a field; whichever held the field before holds none now. An empty field: not imported. */
export function assign(mapping: Mapping, place: number, field: string): Mapping {
  const kept = Object.entries(mapping).filter(([name, at]) => name === KEY || (at !== place && name !== field))
  return Object.fromEntries(field === '' ? kept : [...kept, [field, place]])
}

export const tellApart = (mapping: Mapping, place: number | undefined): Mapping => {
  const rest = Object.fromEntries(Object.entries(mapping).filter(([field]) => field !== KEY))
  return place === undefined ? rest : { ...rest, [KEY]: place }
}

export const canCheck = (mapping: Mapping): boolean => KEY in mapping || 'shoutcode_id' in mapping
