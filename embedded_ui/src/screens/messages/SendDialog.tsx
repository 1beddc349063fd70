import '../../styles/checkbox'
import '../../styles/modal'
import '../../styles/messages.css'
import { Button, Checkbox, Modal, NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { address, api } from '../../api/client'
import { offersQuery } from '../../api/queries'
import { showToast } from '../../host/toast'
import { int } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Failed, problemText } from '../../parts/Failed'
import { Line } from '../../parts/Waiting'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { m } from '../../text/messages'
import { LetterPreview } from './LetterPreview'
import { mailServerQuery, templatesQuery, type MessageRun, type Preview } from './queries'

export interface SendDialogProps {
  /** As the API takes it: ids, or a filter with exceptions. */
  selection: object
  count: number
  offerId?: number | undefined
  onClose: () => void
}

/** A template for the people selected: what they would get, who waits and why, then off it goes. */
export default function SendDialog({ selection, count, offerId, onClose }: SendDialogProps) {
  useFocusBack()
  const [template, setTemplate] = useState('')
  const [offer, setOffer] = useState(offerId ? String(offerId) : '')
  const { data: templates, error, refetch } = useQuery(templatesQuery())
  const { data: offers } = useQuery(offersQuery())
  const chosen = template || String(templates?.items[0]?.id ?? '')
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={m.sendTitle(count)}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {error && !templates ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : !templates ? (
        <Line width="100%" height={300} />
      ) : templates.items.length === 0 ? (
        <div className="stack wide">
          <div>{m.noTemplates}</div>
          <div className="row end">
            <Button component={Link} to="/messages?tab=templates" data-autofocus>
              {m.writeOne}
            </Button>
          </div>
        </div>
      ) : (
        <div className="stack wide">
          <div className="pair">
            <NativeSelect
              label={m.template}
              data-autofocus
              data={templates.items.map(({ id, name }) => ({ value: String(id), label: name }))}
              value={chosen}
              onChange={(event) => setTemplate(event.currentTarget.value)}
            />
            <NativeSelect
              label={m.about}
              data={[
                { value: '', label: m.newest },
                ...(offers?.items ?? [])
                  .filter(({ state }) => state !== 'draft')
                  .map(({ id, name }) => ({ value: String(id), label: name })),
              ]}
              value={offer}
              onChange={(event) => setOffer(event.currentTarget.value)}
            />
          </div>
          <Checked
            key={`${chosen} ${offer}`}
            body={{ template_id: Number(chosen), selection, ...(offer && { offer_id: Number(offer) }) }}
            onClose={onClose}
          />
        </div>
      )}
    </Modal>
  )
}

interface CheckedProps {
  body: { template_id: number; selection: object; offer_id?: number }
  onClose: () => void
}

function Checked({ body, onClose }: CheckedProps) {
  const client = useQueryClient()
  const [again, setAgain] = useState(false)
  const { data: server } = useQuery(mailServerQuery)
  const preview = useQuery({
    queryKey: ['message-previews', body],
    queryFn: ({ signal }) => api.post<Preview>(address('/message-previews'), body, signal),
    retry: false,
    gcTime: 0,
  })
  const send = useMutation({
    mutationFn: () => api.post<{ run: MessageRun; already: number }>(address('/messages'), { ...body, again }),
    onSuccess: async ({ run }) => {
      await client.invalidateQueries({ queryKey: ['messages'] })
      await showToast(m.sent(run.total))
      onClose()
    },
  })
  if (preview.error) return <Failed error={preview.error} onRetry={() => void preview.refetch()} />
  if (!preview.data) {
    return (
      <div className="stack" aria-busy>
        <div role="status" className="muted">
          {m.checking}
        </div>
        <Line width="100%" height={420} />
      </div>
    )
  }
  const { total, held, already, items } = preview.data
  const held_count = held.reduce((sum, reason) => sum + reason.count, 0)
  const wanted = again ? total : total - already
  const shown = items.find((item) => item.state === 'ready') ?? items[0]
  return (
    <>
      {server?.connected === false && (
        <Banner
          tone="warning"
          title={m.noServer}
          actions={
            <Button component={Link} to="/settings/mail" variant="default">
              {m.setUp}
            </Button>
          }
        >
          {m.noServerText}
        </Banner>
      )}
      <div role="status" className="stack tight">
        {preview.data.ready !== null && <div>{m.readyCount(preview.data.ready)}</div>}
        {held_count > 0 && (
          <div>
            <div className="strong">{m.heldCount(held_count)}</div>
            <ul className="terms">
              {held.map((reason) => (
                <li key={`${reason.reason} ${reason.detail}`}>
                  {int(reason.count)}: {reason.detail}
                </li>
              ))}
            </ul>
          </div>
        )}
        {already > 0 && !again && <div>{m.alreadyCount(already)}</div>}
      </div>
      {already > 0 && (
        <Checkbox label={m.sendAgain} checked={again} onChange={(event) => setAgain(event.currentTarget.checked)} />
      )}
      {shown && <LetterPreview letter={shown} />}
      {send.error && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(send.error)}
        </div>
      )}
      <div className="row end">
        <Button variant="default" onClick={onClose}>
          {t.actions.cancel}
        </Button>
        <Button
          loading={send.isPending}
          disabled={wanted === 0 || server?.connected === false}
          onClick={() => send.mutate()}
        >
          {held_count > 0 && preview.data.ready === 0 ? m.queueAll(wanted) : m.sendNow(wanted)}
        </Button>
      </div>
    </>
  )
}
