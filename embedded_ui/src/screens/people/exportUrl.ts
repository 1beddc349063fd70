import { address, downloadPosted } from '../../api/client'
import type { SelectionBody } from '../../api/types'

export const exportUrl = address('/exports/influencers')

/** The people selected, with these offers' columns, as a CSV file. */
export const exportPeople = (selection: SelectionBody, columns: number[]) =>
  downloadPosted(exportUrl, { selection, columns }, 'influencers.csv')
