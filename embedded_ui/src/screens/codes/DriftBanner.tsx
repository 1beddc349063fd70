import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { Drift, Offer } from '../../api/types'
import { showToast } from '../../host/toast'
import { dateTime, int, money, percent } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { t } from '../../text'
import { c } from '../../text/codes'
import { useForgetCodes } from './queries'

/** "Changed in the store: 15 % → 20 %", with the choice between both. */
export function DriftBanner({ offer, drift }: { offer: Offer; drift: Drift }) {
  const deleted = drift.kind === 'deleted'
  const accept = useAnswer(offer, 'accept', deleted ? c.drift.endedToast : c.drift.acceptedToast)
  const restore = useAnswer(offer, 'restore', c.drift.restoredToast)
  const [ending, setEnding] = useState(false)
  const error = accept.error ?? restore.error
  return (
    <Banner
      tone="warning"
      title={deleted ? c.drift.deleted : c.drift.changed}
      actions={
        <Permitted to="issue">
          <div className="row wrap">
            <Button
              variant="default"
              loading={accept.isPending}
              onClick={() => (deleted ? setEnding(true) : accept.mutate())}
            >
              {deleted ? c.drift.acceptDeleted : c.drift.accept}
            </Button>
            <Button loading={restore.isPending} onClick={() => restore.mutate()}>
              {deleted ? c.drift.restoreDeleted(offer.counts.live) : c.drift.restore}
            </Button>
          </div>
        </Permitted>
      }
    >
      {deleted ? (
        <div>{c.drift.deletedText(offer.counts.live)}</div>
      ) : (
        <>
          {drift.changes.map(({ field, here, store }) => (
            <div key={field} className="figures">
              {c.drift.fields[field] ?? field}: {c.drift.arrow(words(offer, field, here), words(offer, field, store))}
            </div>
          ))}
          <div>{c.drift.until(offer.counts.live)}</div>
        </>
      )}
      {error && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(error)}
        </div>
      )}
      <Confirm
        opened={ending}
        risky
        title={t.offer.endTitle(offer.name)}
        action={c.drift.acceptDeleted}
        busy={accept.isPending}
        error={accept.error ? problemText(accept.error) : undefined}
        onConfirm={() => accept.mutate()}
        onClose={() => setEnding(false)}
      >
        {c.drift.endText}
      </Confirm>
    </Banner>
  )
}

function useAnswer(offer: Offer, answer: 'accept' | 'restore', toast: string) {
  const forget = useForgetCodes()
  return useMutation({
    mutationFn: () => api.post(address(`/offers/${offer.id}/drift/${answer}`)),
    onSuccess: async () => {
      await forget()
      await showToast(toast)
    },
  })
}

/** A term as the offer's page would say it. */
function words(offer: Offer, field: string, value: string | number | boolean | null): string {
  if (value === null || value === '') return c.drift.nothing[field] ?? t.none
  if (typeof value === 'boolean') return value ? c.drift.yes : c.drift.no
  if (typeof value === 'number') return int(value)
  switch (field) {
    case 'type':
      return c.drift.types[value] ?? value
    case 'value':
      return offer.type === 'percentage' ? percent(value) : money({ amount: value, currency: offer.currency })
    case 'minimum_subtotal':
      return money({ amount: value, currency: offer.currency })
    case 'starts_at':
    case 'ends_at':
    case 'ended_at':
    case 'paused_at':
      return dateTime(value, offer.time_zone)
    case 'scope':
      return value === 'all' ? c.drift.everything : value
    default:
      return value
  }
}
