import { useQuery, type QueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'react-router'
import { offerQuery } from '../../api/queries'
import type { Offer } from '../../api/types'
import { datesText, termsText } from '../../lib/offerTerms'
import { Failed } from '../../parts/Failed'
import { Later } from '../../parts/Later'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { TotalTiles } from '../../parts/Tiles'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { CodesCard, codesQuery } from './CodesCard'
import { FailuresCard } from './FailuresCard'
import { Notice } from './Notice'
import { OfferActions } from './OfferActions'
import { RunCard } from './RunCard'
import { TermsCard } from './TermsCard'

const back = { to: '/offers', label: t.offer.back }

export const load = (client: QueryClient) => {
  const id = Number(/\d+/.exec(location.pathname)?.[0])
  return [client.query(offerQuery(id)), client.infiniteQuery(codesQuery(id, '', false))]
}

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
      actions={<OfferActions offer={offer} />}
    >
      <div className="stack wide">
        <Notice offer={offer} />
        {run && (run.state !== 'finished' || run.counts.failed > 0) && <RunCard run={run} />}
        {run && run.counts.failed > 0 && <FailuresCard run={run} onSeeCodes={seeFailed} />}
        {published && (
          <TotalTiles totals={offer.totals} currency={offer.currency} to={`/redemptions?offer_id=${offer.id}`} />
        )}
        <TermsCard offer={offer} />
        <Later>{() => <CodesCard offer={offer} state={state} onState={setState} />}</Later>
      </div>
    </Page>
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
