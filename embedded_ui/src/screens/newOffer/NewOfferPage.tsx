import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { address, api } from '../../api/client'
import type { NewOffer, Offer, Run, Skipped } from '../../api/types'
import { showToast } from '../../host/toast'
import type { Selection } from '../../lib/selection'
import { useSession } from '../../session'
import { t } from '../../text'
import { OfferEditor } from './OfferEditor'
import { useOfferForm } from './useOfferForm'
import { selected, type Whom } from './whom'

export interface Created {
  offer: Offer
  run: Run | null
  skipped: Skipped[]
}

const NO_EDITS = {}

export default function NewOfferPage() {
  const selection = (useLocation().state as { selection?: Selection } | null)?.selection ?? null
  const whom = useMemo(() => selected(selection), [selection])
  const { store, stores } = useSession()
  const form = useOfferForm(stores, store)
  const creating = useCreate(whom)
  return (
    <OfferEditor
      title={t.newOffer.title}
      facts={whom ? t.newOffer.for(whom.count) : t.newOffer.forNobody}
      back={whom ? { to: '/influencers', label: t.influencers.title } : { to: '/offers', label: t.offers.title }}
      form={form}
      stores={stores}
      whom={whom}
      first={NO_EDITS}
      saving={creating}
    />
  )
}

export function toastOf(offer: Offer, codes: number, publish: boolean): string {
  if (offer.approval) return t.trust.asked(offer.name)
  return publish ? t.newOffer.made(offer.name, codes) : t.newOffer.draftSaved(offer.name)
}

function useCreate(whom: Whom | null) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (body: NewOffer) => api.post<Created>(address('/offers'), body),
    onSuccess: async ({ offer, run }, { publish }) => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(toastOf(offer, run?.total ?? 0, publish))
      // Back to the same people, with the new offer's column beside them.
      await navigate(publish && whom && !offer.approval ? `/influencers?columns=${offer.id}` : `/offers/${offer.id}`)
    },
  })
}
