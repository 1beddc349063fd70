import { isStatus } from '../../lib/status'
import { t } from '../../text'

export const CODE_STATUSES = ['live', 'creating', 'queued', 'failed', 'disabled', 'retired', 'none'] as const

export function codeStatusWord(status: string): string {
  if (status === 'none') return t.influencers.noneStatus
  return isStatus(status) ? t.status[status] : status
}
