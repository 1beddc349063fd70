import { Button, Menu } from '@mantine/core'
import { IconArchive, IconArrowBackUp, IconCopy, IconDots, IconPlayerEject, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { address, api } from '../../api/client'
import type { Offer } from '../../api/types'
import { showToast } from '../../host/toast'
import { useSession } from '../../session'
import { t } from '../../text'
import { o } from '../../text/offers'
import { useOfferAction } from './useOfferAction'

export type Asking = 'end' | 'pause' | 'reopen' | null

export interface MoreProps {
  offer: Offer
  onAsk: (asking: Asking) => void
}

export default function OfferMenu({ offer, onAsk }: MoreProps) {
  const target = useRef<HTMLButtonElement>(null)
  // It takes the place of the button that was pressed, and goes on from there.
  const [opened, setOpened] = useState(false)
  useEffect(() => {
    target.current?.focus()
    const frame = requestAnimationFrame(() => setOpened(true))
    return () => cancelAnimationFrame(frame)
  }, [])
  const { stores } = useSession()
  const duplicate = useDuplicate(offer)
  const archive = useOfferAction(offer, 'archive', o.life.archived(offer.name))
  const restore = useOfferAction(offer, 'restore', o.life.restored(offer.name))
  const pauses = stores.find((store) => store.id === offer.store_id)?.capabilities.pause_discount ?? false
  const { state, approval } = offer
  const isOpen = state === 'active' || state === 'scheduled' || state === 'paused'
  const icon = { size: 16, 'aria-hidden': true }
  return (
    <Menu opened={opened} onChange={setOpened}>
      <Menu.Target>
        <Button ref={target} variant="default" px={7} aria-label={t.actions.more}>
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
