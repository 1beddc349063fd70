import { useMutation, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { Offer } from '../../api/types'
import { showToast } from '../../host/toast'

type Action = 'publish' | 'end' | 'pause' | 'reopen' | 'archive' | 'restore'

export function useOfferAction(offer: Offer, action: Action, toast: string, onDone?: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: object = {}) => api.post(address(`/offers/${offer.id}/${action}`), body),
    onSuccess: async () => {
      onDone?.()
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(toast)
    },
  })
}
