import { Button, NativeSelect, SegmentedControl } from '@mantine/core'
import { IconRosetteDiscount } from '@tabler/icons-react'
import { useQuery, type QueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { offersQuery } from '../../api/queries'
import type { Offer, OfferState } from '../../api/types'
import { int, money } from '../../lib/format'
import { datesText, termsText } from '../../lib/offerTerms'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { SearchField } from '../../parts/SearchField'
import { Status } from '../../parts/Status'
import { Line, Unhurried } from '../../parts/Waiting'
import { useMay } from '../../session'
import { t } from '../../text'
import { c } from '../../text/codes'

const ImportDialog = lazy(() => import('../codes/ImportDialog'))

const STATES: OfferState[] = ['draft', 'scheduled', 'active', 'paused', 'ended', 'archived']

export const load = (client: QueryClient) => {
  const search = new URLSearchParams(location.search)
  return [client.query(offersQuery(search.get('state') ?? '', search.get('q') ?? ''))]
}

export default function OffersPage() {
  const may = useMay('issue')
  const [importing, setImporting] = useState(false)
  const [search, setSearch] = useSearchParams()
  const state = search.get('state') ?? ''
  const q = search.get('q') ?? ''
  const { data, error, refetch } = useQuery(offersQuery(state, q))
  const offers = data?.items ?? []
  const choices = [{ value: '', label: t.offers.any }, ...STATES.map((value) => ({ value, label: t.status[value] }))]

  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search)
    if (value) next.set(name, value)
    else next.delete(name)
    setSearch(next, { replace: true })
  }
  const none = data !== undefined && offers.length === 0
  return (
    <Page
      title={t.offers.title}
      layout="full"
      facts={data ? t.offers.facts(data.total) : <Line width={80} />}
      actions={
        may ? (
          <>
            <Button variant="default" onClick={() => setImporting(true)}>
              {c.import.open}
            </Button>
            <Button component={Link} to="/offers/new">
              {t.offers.newOffer}
            </Button>
          </>
        ) : (
          <Button disabled title={t.trust.cannot.issue}>
            {t.offers.newOffer}
          </Button>
        )
      }
    >
      {error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <section className="card" aria-label={t.offers.title}>
          {none && !state && !q ? (
            <Empty icon={<IconRosetteDiscount size={28} aria-hidden />} title={t.offers.emptyTitle} text={t.offers.emptyText}>
              <Button component={Link} to="/influencers" variant="default">
                {t.newOffer.chooseInfluencers}
              </Button>
            </Empty>
          ) : (
            <>
              <div className="bar">
                <SearchField
                  value={q}
                  label={t.offers.search}
                  placeholder={t.offers.searchHint}
                  onSearch={(value) => set('q', value)}
                />
                <span className="grow desk" />
                <SegmentedControl
                  className="desk"
                  aria-label={t.offers.columns.status}
                  data={choices}
                  value={state}
                  onChange={(value) => set('state', value)}
                />
                <NativeSelect
                  className="phone"
                  aria-label={t.offers.columns.status}
                  data={choices}
                  value={state}
                  onChange={(event) => set('state', event.currentTarget.value)}
                />
              </div>
              {none ? (
                <Empty icon={<IconRosetteDiscount size={28} aria-hidden />} title={t.offers.noMatch}>
                  <Button variant="default" onClick={() => setSearch({}, { replace: true })}>
                    {t.influencers.clearFilters(Number(state !== '') + Number(q !== ''))}
                  </Button>
                </Empty>
              ) : data ? (
                <OfferRows offers={offers} />
              ) : (
                <Unhurried>
                  <div className="card-body stack">
                    {Array.from({ length: 6 }, (_, index) => (
                      <Line key={index} width="60%" height={32} />
                    ))}
                  </div>
                </Unhurried>
              )}
            </>
          )}
        </section>
      )}
      <Suspense fallback={null}>{importing && <ImportDialog onClose={() => setImporting(false)} />}</Suspense>
    </Page>
  )
}

function OfferRows({ offers }: { offers: Offer[] }) {
  return (
    <>
      <table className="table desk">
        <colgroup>
          <col />
          <col style={{ width: 136 }} />
          <col style={{ width: 136 }} />
          <col style={{ width: 120 }} />
          <col style={{ width: 132 }} />
          <col style={{ width: 268 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.offers.columns.offer}</th>
            <th scope="col">{t.offers.columns.status}</th>
            <th scope="col" className="num">
              {t.offers.columns.codes}
            </th>
            <th scope="col" className="num">
              {t.money.redemptions}
            </th>
            <th scope="col" className="num">
              {t.money.net}
            </th>
            <th scope="col">{t.offers.columns.dates}</th>
          </tr>
        </thead>
        <tbody>
          {offers.map((offer) => (
            <tr key={offer.id}>
              <td style={{ height: 52 }}>
                <OfferName offer={offer} />
              </td>
              <td>
                <OfferStatus offer={offer} />
              </td>
              <td className="num">{liveText(offer)}</td>
              <td className="num">{redemptionsOf(offer) > 0 ? int(redemptionsOf(offer)) : t.none}</td>
              <td className="num">{netOf(offer)}</td>
              <td className="muted small trunc" title={datesText(offer)}>
                {datesText(offer)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="list phone">
        {offers.map((offer) => (
          <li key={offer.id} className="stack tight">
            <div className="row">
              <div className="grow">
                <OfferName offer={offer} />
              </div>
              <OfferStatus offer={offer} />
            </div>
            <div className="row between muted small figures">
              <span>
                {t.offers.columns.codes}: {liveText(offer)}
              </span>
              <span>{netOf(offer)}</span>
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}

function OfferName({ offer }: { offer: Offer }) {
  return (
    <>
      <Link to={`/offers/${offer.id}`} className="strong trunc plain-link" style={{ display: 'block' }} title={offer.name}>
        {offer.name}
      </Link>
      <div className="muted small trunc">
        {termsText(offer)} · {offer.store_name}
      </div>
    </>
  )
}

function OfferStatus({ offer }: { offer: Offer }) {
  return <Status of={offer.run?.state === 'running' ? 'running' : offer.state} />
}

const allCodes = ({ counts }: Offer) => counts.queued + counts.creating + counts.live + counts.failed + counts.disabled
const liveText = (offer: Offer) =>
  allCodes(offer) === 0 ? t.none : t.offers.liveOf(offer.counts.live, allCodes(offer))
const redemptionsOf = (offer: Offer) => offer.totals.reduce((sum, total) => sum + total.redemptions, 0)
const netOf = (offer: Offer) =>
  redemptionsOf(offer) === 0 ? t.none : offer.totals.map((total) => <div key={total.currency}>{money(total.net)}</div>)
