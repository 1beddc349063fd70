import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, Navigate, useNavigate, useParams } from 'react-router'
import { address, api } from '../../api/client'
import { influencerQuery } from '../../api/queries'
import type { Influencer } from '../../api/types'
import { showToast } from '../../host/toast'
import { people } from '../../lib/selection'
import { Banner } from '../../parts/Banner'
import { Card } from '../../parts/Card'
import { Chart } from '../../parts/Chart'
import { Confirm } from '../../parts/Confirm'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { TotalTiles } from '../../parts/Tiles'
import { CardSkeleton } from '../../parts/Waiting'
import { Permitted } from '../../parts/Permitted'
import { useSession } from '../../session'
import { t } from '../../text'
import { p } from '../../text/people'
import { NetworkHandle } from '../influencers/PersonName'
import { PersonMessages } from '../messages/PersonMessages'
import PortalCard from '../messages/PortalCard'
import { OrderRows } from '../redemptions/OrderRows'
import { AboutCard } from './AboutCard'
import { Duplicates } from './Duplicates'
import { OfferTotals } from './OfferTotals'
import { PersonCodes } from './PersonCodes'
import { PersonMenu } from './PersonMenu'

const back = { to: '/influencers', label: t.influencers.title }

export default function PersonPage() {
  const { id } = useParams()
  const { data: person, error, refetch } = useQuery(influencerQuery(Number(id)))
  if (!person) {
    return (
      <Page title={t.influencers.influencer} back={back}>
        {error ? <Failed error={error} onRetry={() => void refetch()} /> : <PersonSkeleton />}
      </Page>
    )
  }
  if (person.merged_into_id !== null) return <Navigate to={`/influencers/${person.merged_into_id}`} replace />
  return <PersonView person={person} />
}

function PersonView({ person }: { person: Influencer }) {
  const { store } = useSession()
  const navigate = useNavigate()
  const archiving = useArchiving(person)
  const give = () => void navigate('/offers/new', { state: { selection: people([person.id]) } })
  return (
    <Page
      title={person.name}
      back={back}
      badge={person.archived ? <Status of="archived" /> : undefined}
      facts={
        <span className="row wrap" style={{ gap: '2px 12px' }}>
          {person.handles.length > 0
            ? person.handles.map((handle) => <NetworkHandle key={`${handle.platform} ${handle.handle}`} handle={handle} />)
            : person.email || t.none}
        </span>
      }
      actions={
        <>
          <PersonMenu person={person} onArchive={archiving.ask} />
          {!person.erased && (
            <Permitted to="issue">
              {person.archived ? (
                <Button variant="default" loading={archiving.busy} onClick={archiving.restore}>
                  {t.person.restore}
                </Button>
              ) : (
                <Button onClick={give}>{t.person.giveOffer}</Button>
              )}
            </Permitted>
          )}
          {archiving.dialog}
        </>
      }
    >
      <div className="stack wide">
        {person.erased && (
          <Banner tone="info" title={p.erase.banner}>
            {p.erase.bannerText}
          </Banner>
        )}
        <Duplicates person={person} />
        <TotalTiles totals={person.totals} currency={store.currency} to={`/redemptions?influencer_id=${person.id}`} />
        <div className="columns">
          <div className="stack wide">
            <PersonCodes person={person.id} codes={person.codes} />
            <OfferTotals person={person} />
            {person.days.length > 0 && (
              <Card title={p.person.chart}>
                <Chart days={person.days} />
              </Card>
            )}
            <Card
              title={t.person.orders}
              flush
              aside={
                person.orders.length > 0 && (
                  <Link className="small" to={`/redemptions?influencer_id=${person.id}`}>
                    {t.person.seeOrders}
                  </Link>
                )
              }
            >
              {person.orders.length === 0 ? (
                <div className="card-body muted">{t.person.noOrders}</div>
              ) : (
                <OrderRows orders={person.orders} inset withPerson={false} />
              )}
            </Card>
            {/* What has a request of its own stands last in its column: it moves nothing when it arrives. */}
            <PersonMessages influencerId={person.id} />
          </div>
          <div className="stack wide">
            <AboutCard key={person.id} person={person} />
            {!person.erased && <PortalCard influencerId={person.id} />}
          </div>
        </div>
      </div>
    </Page>
  )
}

/** Asks before it archives; bringing back needs no asking. */
function useArchiving(person: Influencer) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (action: 'archive' | 'restore') => api.post(address(`/influencers/${person.id}/${action}`)),
    onSuccess: async (_, action) => {
      await client.invalidateQueries({ queryKey: ['influencers'] })
      setAsking(false)
      await showToast(action === 'archive' ? t.person.archivedToast(person.name) : t.person.restoredToast(person.name))
    },
  })
  const dialog = (
    <Confirm
      opened={asking}
      title={t.person.archiveTitle(person.name)}
      action={t.person.archive}
      busy={change.isPending}
      error={change.error ? problemText(change.error) : undefined}
      onConfirm={() => change.mutate('archive')}
      onClose={() => setAsking(false)}
    >
      {t.person.archiveText}
    </Confirm>
  )
  return { ask: () => setAsking(true), restore: () => change.mutate('restore'), busy: change.isPending, dialog }
}

function PersonSkeleton() {
  return (
    <div className="stack wide" aria-busy>
      <CardSkeleton lines={2} title={false} />
      <div className="columns">
        <CardSkeleton lines={8} />
        <CardSkeleton lines={9} />
      </div>
    </div>
  )
}
