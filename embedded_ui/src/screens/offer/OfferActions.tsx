import { Button, Menu } from '@mantine/core'
import { IconArchive, IconArrowBackUp, IconCopy, IconDots, IconPlayerEject, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { address, api } from '../../api/client'
import type { Offer } from '../../api/types'
import { showToast } from '../../host/toast'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { useMay, useSession } from '../../session'
import { t } from '../../text'
import { o } from '../../text/offers'

const Reopen = lazy(() => import('./ReopenDialog'))

type Asking = 'end' | 'pause' | 'reopen' | null

export function OfferActions({ offer }: { offer: Offer }) {
  const [asking, setAsking] = useState<Asking>(null)
  const close = () => setAsking(null)
  const isDraft = offer.state === 'draft' && !offer.approval
  const isOpen = ['active', 'scheduled', 'paused'].includes(offer.state)
  const editable = offer.type !== 'other' && !offer.approval && (isDraft || isOpen)
  return (
    <>
      <Button component={Link} to={`/influencers?offer_id=${offer.id}`} variant="default">
        {t.offer.seePeople}
      </Button>
      {editable && (
        <Permitted to="issue">
          <Edit offer={offer} />
        </Permitted>
      )}
      {isDraft && <Publish offer={offer} />}
      <More offer={offer} onAsk={setAsking} />
      <EndOffer offer={offer} opened={asking === 'end'} onClose={close} />
      <PauseOffer offer={offer} opened={asking === 'pause'} onClose={close} />
      <Suspense fallback={null}>{asking === 'reopen' && <Reopen offer={offer} onClose={close} />}</Suspense>
    </>
  )
}

function Edit({ offer }: { offer: Offer }) {
  const may = useMay('issue')
  return may ? (
    <Button component={Link} to={`/offers/${offer.id}/edit`} variant="default">
      {o.edit.action}
    </Button>
  ) : (
    <Button variant="default">{o.edit.action}</Button>
  )
}

function More({ offer, onAsk }: { offer: Offer; onAsk: (asking: Asking) => void }) {
  const may = useMay('issue')
  const { stores } = useSession()
  const duplicate = useDuplicate(offer)
  const archive = useOfferAction(offer, 'archive', o.life.archived(offer.name))
  const restore = useOfferAction(offer, 'restore', o.life.restored(offer.name))
  if (!may) return null
  const pauses = stores.find((store) => store.id === offer.store_id)?.capabilities.pause_discount ?? false
  const { state, approval } = offer
  const isOpen = state === 'active' || state === 'scheduled' || state === 'paused'
  const icon = { size: 16, 'aria-hidden': true }
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" px={7} aria-label={t.actions.more}>
          <IconDots size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(state === 'paused' || state === 'ended') && (
          <Menu.Item leftSection={<IconPlayerPlay {...icon} />} onClick={() => onAsk('reopen')}>
            {o.life.reopen}
          </Menu.Item>
        )}
        {state === 'active' && pauses && (
          <Menu.Item leftSection={<IconPlayerPause {...icon} />} onClick={() => onAsk('pause')}>
            {o.life.pause}
          </Menu.Item>
        )}
        {offer.type !== 'other' && (
          <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => duplicate.mutate()}>
            {o.life.duplicate}
          </Menu.Item>
        )}
        {(state === 'ended' || (state === 'draft' && !approval)) && (
          <Menu.Item leftSection={<IconArchive {...icon} />} onClick={() => archive.mutate({})}>
            {o.life.archive}
          </Menu.Item>
        )}
        {state === 'archived' && (
          <Menu.Item leftSection={<IconArrowBackUp {...icon} />} onClick={() => restore.mutate({})}>
            {o.life.restore}
          </Menu.Item>
        )}
        {isOpen && (
          <Menu.Item color="danger.6" leftSection={<IconPlayerEject {...icon} />} onClick={() => onAsk('end')}>
            {t.offer.end}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

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

function useDuplicate(offer: Offer) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => api.post<Offer>(address(`/offers/${offer.id}/duplicate`)),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(o.life.duplicated(made.name))
      await navigate(`/offers/${made.id}/edit`)
    },
  })
}

function Publish({ offer }: { offer: Offer }) {
  const publish = useOfferAction(offer, 'publish', t.offer.published(offer.name))
  const { people = 0, pool = 0 } = offer.saved_for ?? {}
  return (
    <>
      <Permitted to="issue">
        <Button loading={publish.isPending} onClick={() => publish.mutate({})}>
          {t.offer.publish(people + pool)}
        </Button>
      </Permitted>
      {publish.error && (
        <div role="alert" className="small" style={{ color: 'var(--sc-danger)' }}>
          {problemText(publish.error)}
        </div>
      )}
    </>
  )
}

interface AskingProps {
  offer: Offer
  opened: boolean
  onClose: () => void
}

function EndOffer({ offer, opened, onClose }: AskingProps) {
  const end = useOfferAction(offer, 'end', t.offer.ended(offer.name), onClose)
  return (
    <Confirm
      opened={opened}
      risky
      title={t.offer.endTitle(offer.name)}
      action={t.offer.end}
      busy={end.isPending}
      error={end.error ? problemText(end.error) : undefined}
      onConfirm={() => end.mutate({})}
      onClose={onClose}
    >
      {t.offer.endText(offer.counts.live)}
    </Confirm>
  )
}

function PauseOffer({ offer, opened, onClose }: AskingProps) {
  const pause = useOfferAction(offer, 'pause', o.life.paused(offer.name), onClose)
  return (
    <Confirm
      opened={opened}
      title={o.life.pauseTitle(offer.name)}
      action={o.life.pause}
      busy={pause.isPending}
      error={pause.error ? problemText(pause.error) : undefined}
      onConfirm={() => pause.mutate({})}
      onClose={onClose}
    >
      {o.life.pauseText(offer.counts.live)}
    </Confirm>
  )
}
