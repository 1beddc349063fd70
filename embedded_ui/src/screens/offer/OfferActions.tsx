import { Button } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'react-router'
import type { Offer } from '../../api/types'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { useMay } from '../../session'
import { t } from '../../text'
import { o } from '../../text/offers'
import type { Asking, MoreProps } from './OfferMenu'
import { useOfferAction } from './useOfferAction'

const Reopen = lazy(() => import('./ReopenDialog'))
/** The menu's script, and what places it, come with the first press. */
const OfferMenu = lazy(() => import('./OfferMenu'))

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

function More(props: MoreProps) {
  const may = useMay('issue')
  const [asked, setAsked] = useState(false)
  if (!may) return null
  const bare = (
    <Button variant="default" px={7} aria-label={t.actions.more} aria-haspopup="menu" onClick={() => setAsked(true)}>
      <IconDots size={16} aria-hidden />
    </Button>
  )
  return asked ? (
    <Suspense fallback={bare}>
      <OfferMenu {...props} />
    </Suspense>
  ) : (
    bare
  )
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
