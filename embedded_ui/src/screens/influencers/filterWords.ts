import type { Filter } from '../../api/types'
import { isStatus } from '../../lib/status'
import { locale } from '../../text/locale'
import { t } from '../../text'
import { tt } from '../../text/table'
import type { Column } from './usePeople'

export const CODE_STATUSES = ['live', 'creating', 'queued', 'failed', 'disabled', 'retired', 'none'] as const
export const ACTIVITIES = Object.keys(tt.activity)

const countries = new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' })

/** "PL" as "Poland"; what is no country stays as it is. */
export const countryName = (code: string) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code)

export function codeStatusWord(status: string): string {
  if (status === 'none') return t.influencers.noneStatus
  return isStatus(status) ? t.status[status] : status
}

/** What a chip says of its filter. */
export function filterWord(filter: Filter, name: keyof Filter, columns: Column[]): string {
  const value = String(filter[name])
  switch (name) {
    case 'offer_id':
      return columns.find(({ id }) => id === filter.offer_id)?.offer?.name ?? value
    case 'code_status':
      return codeStatusWord(value)
    case 'activity':
      return tt.activity[value] ?? value
    case 'country':
      return countryName(value)
    case 'archived':
      return t.influencers.archived
    default:
      return value
  }
}
