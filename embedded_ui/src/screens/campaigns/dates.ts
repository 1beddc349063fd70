import { date } from '../../lib/format'
import { k } from '../../text/campaigns'

const day = (iso: string) => date(`${iso}T00:00:00Z`, 'UTC')

export function datesOf(campaign: { starts_on: string | null; ends_on: string | null }): string {
  const { starts_on: start, ends_on: end } = campaign
  if (start && end) return k.between(day(start), day(end))
  if (start) return k.from(day(start))
  return end ? k.until(day(end)) : k.openEnd
}
