/** The form of a person's own fields: values as typed, and what of them is to be saved. */
import type { Influencer } from '../../api/types'

export const EDITABLE = [
  'first_name',
  'last_name',
  'display_name',
  'email',
  'country',
  'preferred_code',
  'commission_rate',
] as const
export type Editable = (typeof EDITABLE)[number]
export type Values = Record<Editable | 'tags' | 'notes', string>

export function valuesOf(person: Influencer): Values {
  return {
    first_name: person.first_name,
    last_name: person.last_name,
    display_name: person.display_name,
    email: person.email,
    country: person.country,
    preferred_code: person.preferred_code,
    commission_rate: person.commission_rate ?? '',
    tags: person.local_tags.join(', '),
    notes: person.notes,
  }
}

/** Only what differs is sent: what a roster keeps would be refused. A comma in the rate is a decimal mark. */
export function changesOf(person: Influencer, values: Values): Partial<Values> {
  const before = valuesOf(person)
  const now = { ...values, commission_rate: values.commission_rate.trim().replace(',', '.').replace(/ ?%$/, '') }
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== before[name as keyof Values]))
}
