import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDebouncedValue } from '@mantine/hooks'
import { useMemo } from 'react'
import { offersQuery } from '../../api/queries'
import type { Column } from './usePeople'

export interface OfferChoice {
  id: number
  name: string
}

/** Offers to choose from: those whose name has these words, the newest first, and the ones in use whatever they are called. */
export function useOfferChoices(words: string, inUse: Column[]): OfferChoice[] {
  const known = inUse.find(({ offer }) => offer?.name === words) !== undefined
  const [asked] = useDebouncedValue(known ? '' : words.trim(), 250)
  const { data } = useQuery({ ...offersQuery(undefined, asked), placeholderData: keepPreviousData, refetchInterval: false })
  return useMemo(() => {
    const found = new Map<number, string>()
    for (const { offer } of inUse) if (offer) found.set(offer.id, offer.name)
    for (const { id, name } of data?.items ?? []) found.set(id, name)
    return [...found].map(([id, name]) => ({ id, name }))
  }, [inUse, data])
}
