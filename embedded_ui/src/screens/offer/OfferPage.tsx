import { Button, Menu } from '@mantine/core'
import { IconDots, IconPlayerEject } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { address, api } from '../../api/client'
import { offerQuery } from '../../api/queries'
import type { Offer } from '../../api/types'
import { showToast } from '../../host/toast'
import { datesText, termsText } from '../../lib/offerTerms'
import { Banner } from '../../parts/Banner'
import { Confirm } from '../../parts/Confirm'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { TotalTiles } from '../../parts/Tiles'
import { CardSkeleton } from '../../parts/Waiting'
import { Permitted } from '../../parts/Permitted'
import { useMay } from '../../session'
import { t } from '../../text'
import { Approval } from './Approval'
import { CodesCard } from './CodesCard'
import { FailuresCard } from './FailuresCard'
import { RunCard } from './RunCard'
import { TermsCard } from './TermsCard'

const back = { to: '/offers', label: t.offer.back }

export default function OfferPage() {
  const { id } = useParams()
  const { data: offer, error, refetch } = useQuery(offerQuery(Number(id)))
  if (!offer) {
    return (
      <Page title={t.offers.columns.offer} back={back}>
        {error ? <Failed error={error} onRetry={() => void refetch()} /> : <OfferSkeleton />}
      </Page>
    )
  }
  return <OfferView offer={offer} />
}

function OfferView({ offer }: { offer: Offer }) {
  const [state, setState] = useState('')
  const run = offer.run
  const going = run?.state === 'running'
  const published = offer.state !== 'draft'

  const seeFailed = () => {
    setState('failed')
    document.getElementById('codes')?.scrollIntoView({ block: 'start' })
  }
  return (
    <Page
      title={offer.name}
      back={back}
      badge={<Status of={going ? 'running' : offer.state} />}
      facts={`${termsText(offer)} · ${offer.store_name} · ${datesText(offer)} (${offer.time_zone})`}
      actions={<Actions offer={offer} />}
    >
      <div className="stack wide">
        {run?.trouble ? <Banner tone="warning" title={t.run.waits}>{run.trouble}</Banner> : null}
        {offer.approval && <Approval offer={offer} approval={offer.approval} />}
        {!published && !offer.approval && <Banner tone="info" title={t.offer.draftText} />}
        {run && (run.state !== 'finished' || run.counts.failed > 0) && <RunCard run={run} />}
        {run && run.counts.failed > 0 && <FailuresCard run={run} onSeeCodes={seeFailed} />}
        {published && (
          <TotalTiles totals={offer.totals} currency={offer.currency} to={`/redemptions?offer_id=${offer.id}`} />
        )}
        <TermsCard offer={offer} />
        <CodesCard offer={offer} state={state} onState={setState} />
      </div>
    </Page>
  )
}

function Actions({ offer }: { offer: Offer }) {
  const may = useMay('issue')
  const [ending, setEnding] = useState(false)
  const open = offer.state === 'active' || offer.state === 'scheduled'
  return (
    <>
      <Button component={Link} to={`/influencers?offer_id=${offer.id}`} variant="default">
        {t.offer.seePeople}
      </Button>
      {offer.state === 'draft' && !offer.approval && <Publish offer={offer} />}
      {open && may && (
        <Menu>
          <Menu.Target>
            <Button variant="default" px={7} aria-label={t.actions.more}>
              <IconDots size={16} aria-hidden />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              color="danger.6"
              leftSection={<IconPlayerEject size={16} aria-hidden />}
              onClick={() => setEnding(true)}
            >
              {t.offer.end}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <EndOffer offer={offer} opened={ending} onClose={() => setEnding(false)} />
    </>
  )
}

function useOfferAction(offer: Offer, action: 'publish' | 'end', toast: string, onDone?: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post(address(`/offers/${offer.id}/${action}`)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(toast)
      onDone?.()
    },
  })
}

function Publish({ offer }: { offer: Offer }) {
  const publish = useOfferAction(offer, 'publish', t.offer.published(offer.name))
  return (
    <>
      <Permitted to="issue">
        <Button loading={publish.isPending} onClick={() => publish.mutate()}>
          {t.offer.publish(offer.people + offer.pool.total)}
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

function EndOffer({ offer, opened, onClose }: { offer: Offer; opened: boolean; onClose: () => void }) {
  const end = useOfferAction(offer, 'end', t.offer.ended(offer.name), onClose)
  return (
    <Confirm
      opened={opened}
      risky
      title={t.offer.endTitle(offer.name)}
      action={t.offer.end}
      busy={end.isPending}
      error={end.error ? problemText(end.error) : undefined}
      onConfirm={() => end.mutate()}
      onClose={onClose}
    >
      {t.offer.endText(offer.counts.live)}
    </Confirm>
  )
}

function OfferSkeleton() {
  return (
    <div className="stack wide" aria-busy>
      <CardSkeleton lines={2} title={false} />
      <CardSkeleton lines={6} />
      <CardSkeleton lines={10} />
    </div>
  )
}
