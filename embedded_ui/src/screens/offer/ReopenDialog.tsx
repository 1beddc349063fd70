import '../../styles/modal'
import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { ApiError } from '../../api/client'
import type { Offer } from '../../api/types'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { o } from '../../text/offers'
import { useOfferAction } from './useOfferAction'

/** An end that has passed asks for another one: with it the offer would be over again at once. */
export default function ReopenDialog({ offer, onClose }: { offer: Offer; onClose: () => void }) {
  useFocusBack()
  const [passed] = useState(() => offer.ends_at !== null && Date.parse(offer.ends_at) <= Date.now())
  const [day, setDay] = useState('')
  const reopen = useOfferAction(offer, 'reopen', o.life.reopened(offer.name), onClose)
  const fault = reopen.error instanceof ApiError ? reopen.error.fields.ends_at : undefined
  const send = (event: SyntheticEvent) => {
    event.preventDefault()
    reopen.mutate(passed ? { ends_at: day || null } : {})
  }
  return (
    <Modal opened onClose={onClose} title={o.life.reopenTitle(offer.name)} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form className="stack wide" onSubmit={send}>
        <div>{o.life.reopenText(offer.counts.live)}</div>
        {passed && (
          <TextInput
            type="date"
            label={t.form.optional(o.life.reopenEnd)}
            description={`${o.life.reopenEndHelp} ${t.newOffer.storeTime(offer.time_zone)}`}
            value={day}
            error={fault}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
        )}
        {reopen.error && !fault && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(reopen.error)}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" loading={reopen.isPending} data-autofocus>
            {o.life.reopen}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
