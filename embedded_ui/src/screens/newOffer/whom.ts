/** Whom an offer is made for: who is selected in the table, or whom a draft was saved for. */
import type { SavedSelection, SelectionBody } from '../../api/types'
import { countOf, toBody, type Selection } from '../../lib/selection'

export interface Whom {
  body: SelectionBody | SavedSelection
  count: number
}

export function selected(selection: Selection | null): Whom | null {
  return selection && countOf(selection) > 0 ? { body: toBody(selection), count: countOf(selection) } : null
}
