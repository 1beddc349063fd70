import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { previewQuery } from '../../api/queries'
import type { PreviewRequest } from '../../api/types'
import { toTerms } from './fields'
import type { OfferForm } from './useOfferForm'
import type { Whom } from './whom'

/** As the API gives them: so many at a time. */
export const STEP = 50

/** Which of the codes are looked at. `whole`: of everybody, not of the first thousand alone. */
export interface Look {
  whole: boolean
  skip: number
  q: string
  changed: boolean
}

const FIRST: Look = { whole: false, skip: 0, q: '', changed: false }

export function usePreview(form: OfferForm, whom: Whom | null, edits: Record<string, string>) {
  const [look, setLook] = useState(FIRST)
  // Another question begins at its first page.
  const onLook = useCallback((next: Partial<Look>) => setLook((now) => ({ ...now, skip: 0, ...next })), [])
  const { store_id, name } = form.values
  const { pattern, type, value } = toTerms(form.values)
  const body = whom?.body
  const request = useMemo<PreviewRequest | null>(
    () =>
      body && pattern !== ''
        ? { store_id, pattern, type, value, offer_name: name.trim(), selection: body, edits, ...look }
        : null,
    [body, store_id, pattern, type, value, name, edits, look],
  )
  const [settled] = useDebouncedValue(request, look.whole ? 800 : 300)
  return { preview: useQuery({ ...previewQuery(settled), placeholderData: keepPreviousData }), look, onLook }
}
