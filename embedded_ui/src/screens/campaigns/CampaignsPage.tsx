import './campaigns.css'
import { Button, NativeSelect, SegmentedControl } from '@mantine/core'
import { IconFlag } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { CampaignItem, CampaignState } from '../../api/campaigns'
import { int } from '../../lib/format'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { Line, Unhurried } from '../../parts/Waiting'
import { useMay } from '../../session'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { datesOf } from './dates'
import { campaignsQuery } from './queries'

const CampaignDialog = lazy(() => import('./CampaignDialog'))

const STATES: CampaignState[] = ['draft', 'active', 'ended']

export default function CampaignsPage() {
  const may = useMay('issue')
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const [making, setMaking] = useState(false)
  const state = search.get('state') ?? ''
  const { data, error, refetch } = useQuery(campaignsQuery(state))
  const choices = [{ value: '', label: k.any }, ...STATES.map((value) => ({ value, label: t.status[value] }))]
  const show = (value: string) => setSearch(value ? { state: value } : {}, { replace: true })
  const none = data?.items.length === 0
  const make = (
    <Button disabled={!may} title={may ? undefined : t.trust.cannot.issue} onClick={() => setMaking(true)}>
      {k.new}
    </Button>
  )
  return (
    <Page title={k.title} layout="full" facts={data ? k.facts(data.total) : <Line width={80} />} actions={make}>
      {error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <section className="card" aria-label={k.title}>
          {none && !state ? (
            <Empty icon={<IconFlag size={28} aria-hidden />} title={k.emptyTitle} text={k.emptyText} />
          ) : (
            <>
              <div className="bar">
                <span className="grow desk" />
                <SegmentedControl
                  className="desk"
                  aria-label={k.columns.status}
                  data={choices}
                  value={state}
                  onChange={show}
                />
                <NativeSelect
                  className="phone"
                  aria-label={k.columns.status}
                  data={choices}
                  value={state}
                  onChange={(event) => show(event.currentTarget.value)}
                />
              </div>
              {none ? (
                <Empty icon={<IconFlag size={28} aria-hidden />} title={k.noMatch} />
              ) : data ? (
                <Rows campaigns={data.items} />
              ) : (
                <Unhurried>
                  <div className="card-body stack">
                    {Array.from({ length: 5 }, (_, index) => (
                      <Line key={index} width="60%" height={32} />
                    ))}
                  </div>
                </Unhurried>
              )}
            </>
          )}
        </section>
      )}
      <Suspense fallback={null}>
        {making && (
          <CampaignDialog onClose={() => setMaking(false)} onMade={(id) => void navigate(`/campaigns/${id}?tab=setup`)} />
        )}
      </Suspense>
    </Page>
  )
}

function Rows({ campaigns }: { campaigns: CampaignItem[] }) {
  return (
    <>
      <table className="table desk">
        <colgroup>
          <col />
          <col style={{ width: 124 }} />
          <col style={{ width: 108 }} />
          <col style={{ width: 140 }} />
          <col style={{ width: 240 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{k.columns.campaign}</th>
            <th scope="col">{k.columns.status}</th>
            <th scope="col" className="num">
              {k.columns.members}
            </th>
            <th scope="col" className="num">
              {k.columns.waiting}
            </th>
            <th scope="col">{k.columns.dates}</th>
          </tr>
        </thead>
        <tbody>
          {campaigns.map((campaign) => (
            <tr key={campaign.id}>
              <td style={{ height: 52 }}>
                <Name campaign={campaign} />
              </td>
              <td>
                <Status of={campaign.state} />
              </td>
              <td className="num">{campaign.members > 0 ? int(campaign.members) : t.none}</td>
              <td className="num">{campaign.waiting > 0 ? int(campaign.waiting) : t.none}</td>
              <td className="muted small">{datesOf(campaign)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="list phone">
        {campaigns.map((campaign) => (
          <li key={campaign.id} className="stack tight">
            <div className="row">
              <div className="grow">
                <Name campaign={campaign} />
              </div>
              <Status of={campaign.state} />
            </div>
            <div className="row between muted small figures">
              <span>{k.members(campaign.members)}</span>
              <span>{datesOf(campaign)}</span>
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}

function Name({ campaign }: { campaign: CampaignItem }) {
  return (
    <>
      <Link to={`/campaigns/${campaign.id}`} className="strong trunc plain-link" style={{ display: 'block' }}>
        <bdi>{campaign.name}</bdi>
      </Link>
      {campaign.low_pools.map((pool) => (
        <div key={pool.incentive_id} className="small low-text">
          {k.lowPool(pool.name, pool.left)}
        </div>
      ))}
    </>
  )
}
