import { useQuery } from '@tanstack/react-query'
import { lazy } from 'react'
import { Navigate, useParams } from 'react-router'
import { offerQuery } from '../../api/queries'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { DraftEditor } from './DraftEditor'

const LiveEditor = lazy(() => import('./LiveEditor'))

/** Read once: what is being typed is not overwritten by what others do meanwhile. */
export default function EditOfferPage() {
  const { id } = useParams()
  const { data: offer, error, refetch } = useQuery({ ...offerQuery(Number(id)), refetchInterval: false, staleTime: Infinity, gcTime: 0 })
  if (!offer) {
    return (
      <Page title={t.offers.columns.offer} back={{ to: `/offers/${id}`, label: t.offers.columns.offer }}>
        {error ? <Failed error={error} onRetry={() => void refetch()} /> : <CardSkeleton lines={10} />}
      </Page>
    )
  }
  if (offer.state === 'draft' && !offer.approval) return <DraftEditor offer={offer} key={offer.id} />
  if (['active', 'scheduled', 'paused'].includes(offer.state) && offer.type !== 'other') return <LiveEditor offer={offer} key={offer.id} />
  return <Navigate to={`/offers/${offer.id}`} replace />
}
