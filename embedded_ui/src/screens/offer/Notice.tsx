import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { address, api } from '../../api/client'
import type { Offer } from '../../api/types'
import { showToast } from '../../host/toast'
import { Banner } from '../../parts/Banner'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { t } from '../../text'
import { o } from '../../text/offers'
import { DriftBanner } from '../codes/DriftBanner'
import { Approval } from './Approval'

/** The one thing to know about the offer as it stands: never two banners. */
export function Notice({ offer }: { offer: Offer }) {
  const { approval, drift, run, store_note: note, change, versions, state } = offer
  const next = versions[versions.findIndex((one) => one.id === offer.id) + 1]
  if (approval) return <Approval offer={offer} approval={approval} />
  if (drift) return <DriftBanner offer={offer} drift={drift} />
  if (run?.trouble) return <Banner tone="warning" title={t.run.waits}>{run.trouble}</Banner>
  if (note) return <StoreNote offer={offer} note={note} />
  if (change) {
    return change.trouble ? (
      <Banner tone="warning" title={o.page.waitingLong}>
        {change.trouble} {o.page.waitingText}
      </Banner>
    ) : (
      <Banner tone="info" title={o.page.waiting} />
    )
  }
  if (state === 'draft') return <Banner tone="info" title={t.offer.draftText} />
  if (state === 'paused') return <Banner tone="warning" title={o.page.paused} />
  if (next && offer.issuing_ended_at) {
    return (
      <Banner tone="info" title={o.page.replaced(next.name)}>
        {o.page.replacedText} <Link to={`/offers/${next.id}`}>{next.name}</Link>
      </Banner>
    )
  }
  return null
}

/** What the store keeps otherwise than asked, or refused; terms that are the store's own cannot be sent. */
function StoreNote({ offer, note }: { offer: Offer; note: string }) {
  const client = useQueryClient()
  const again = useMutation({
    mutationFn: () => api.post(address(`/offers/${offer.id}/send-again`)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(o.page.sentAgain)
    },
  })
  const canSend = offer.type !== 'other' && ['active', 'scheduled', 'paused'].includes(offer.state)
  return (
    <Banner
      tone="warning"
      title={o.page.storeNote}
      actions={
        canSend && (
          <Permitted to="issue">
            <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
              {o.page.sendAgain}
            </Button>
          </Permitted>
        )
      }
    >
      <div>{note}</div>
      {again.error && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(again.error)}
        </div>
      )}
    </Banner>
  )
}
