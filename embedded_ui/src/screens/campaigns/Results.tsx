import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { Campaign, Result } from '../../api/campaigns'
import type { Money } from '../../api/types'
import { int, money } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { Failed } from '../../parts/Failed'
import { CardSkeleton, Unhurried } from '../../parts/Waiting'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { creatorsQuery, resultsQuery } from './queries'

export default function Results({ campaign }: { campaign: Campaign }) {
  const { data, error, refetch } = useQuery(resultsQuery(campaign.id))
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data)
    return (
      <Unhurried>
        <CardSkeleton lines={6} />
      </Unhurried>
    )
  return (
    <div className="stack wide">
      <div className="pair">
        <Card title={k.results.given}>
          <Facts
            sums
            items={[
              [k.results.released, int(data.campaign.released)],
              [k.results.value, <Sums key="value" of={data.campaign.value} />],
              [k.results.cost, <Sums key="cost" of={data.campaign.cost} />],
              [k.results.ownOrders, int(data.campaign.own_orders)],
              [k.results.ownDiscount, <Sums key="own" of={data.campaign.own_discount} />],
            ]}
          />
        </Card>
        <Card title={k.results.came}>
          <Facts
            sums
            items={[
              [k.results.net, <Sums key="net" of={data.campaign.net} />],
              [k.results.orders, <Orders key="orders" of={String(campaign.id)} count={data.campaign.orders} />],
              [k.results.newCustomers, int(data.campaign.new_customers)],
              [k.results.ratio, ratios(data.campaign)],
            ]}
          />
        </Card>
      </div>
      <div className="muted small">{campaign.state === 'draft' ? k.results.draft : k.results.formula}</div>
      {data.incentives.length > 0 && (
        <Card title={k.results.byIncentive} flush>
          <ResultRows
            head={k.results.incentive}
            rows={data.incentives.map((one) => ({
              key: one.incentive_id,
              name: one.name,
              orders: `${campaign.id}&incentive_id=${one.incentive_id}`,
              result: one,
            }))}
          />
        </Card>
      )}
      <Creators campaign={campaign} />
    </div>
  )
}

/** A number that opens to the orders it counts. */
function Orders({ of, count }: { of: string; count: number }) {
  return count === 0 ? int(count) : <Link to={`/redemptions?campaign_id=${of}`}>{int(count)}</Link>
}

function Creators({ campaign }: { campaign: Campaign }) {
  const query = useInfiniteQuery(creatorsQuery(campaign.id))
  const rows = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Card title={k.results.byCreator} flush>
      {query.data && rows.length === 0 && <div className="card-body muted">{k.results.none}</div>}
      {rows.length > 0 && (
        <ResultRows
          head={k.results.creator}
          rows={rows.map((one) => ({
            key: one.member_id,
            name: one.influencer.name,
            to: `/influencers/${one.influencer.id}`,
            orders: `${campaign.id}&influencer_id=${one.influencer.id}`,
            result: one,
          }))}
        />
      )}
      {query.hasNextPage && (
        <div className="card-foot">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t.actions.showMore}
          </Button>
        </div>
      )}
    </Card>
  )
}

interface ResultRow {
  key: number
  name: string
  to?: string
  /** Of which campaign, and of what in it, as the address of the list says. */
  orders: string
  result: Result
}

/** `wide`: left out on a phone, where a line below the name tells it. */
const SHOWN = [
  { word: k.results.released, wide: true },
  { word: k.results.value, wide: true },
  { word: k.results.cost, wide: true },
  { word: k.results.net, wide: false },
  { word: k.results.orders, wide: false },
  { word: k.results.newCustomers, wide: true },
]

function givenIn({ released, value, cost, new_customers: fresh }: Result): string {
  const parts = [k.results.codes(released)]
  if (value.length > 0) parts.push(k.results.worth(value.map((one) => money(one)).join(' + ')))
  if (cost.length > 0) parts.push(k.results.costs(cost.map((one) => money(one)).join(' + ')))
  if (fresh > 0) parts.push(k.results.fresh(fresh))
  return parts.join(' · ')
}

function ResultRows({ head, rows }: { head: string; rows: ResultRow[] }) {
  return (
    // A region that scrolls has to be reachable and named.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-x" role="region" tabIndex={0} aria-label={head}>
      <table className="table results">
        <colgroup>
          <col />
          {SHOWN.map(({ word, wide }) => (
            <col key={word} className={wide ? 'wide' : 'figure'} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {SHOWN.map(({ word, wide }) => (
              <th key={word} scope="col" className={wide ? 'num wide' : 'num'}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, to, orders, result }) => (
            <tr key={key}>
              <td className="trunc" title={name}>
                {to ? (
                  <Link className="plain-link strong" to={to}>
                    <bdi>{name}</bdi>
                  </Link>
                ) : (
                  <span className="strong">{name}</span>
                )}
                <div className="narrow muted small">{givenIn(result)}</div>
              </td>
              <td className="num wide">{result.released > 0 ? int(result.released) : t.none}</td>
              <td className="num wide">
                <Sums of={result.value} />
              </td>
              <td className="num wide">
                <Sums of={result.cost} />
              </td>
              <td className="num">
                <Sums of={result.net} />
              </td>
              <td className="num">{result.orders > 0 ? <Orders of={orders} count={result.orders} /> : t.none}</td>
              <td className="num wide">{result.new_customers > 0 ? int(result.new_customers) : t.none}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** One amount a currency: different currencies are never added up. */
function Sums({ of }: { of: Money[] }) {
  if (of.length === 0) return t.none
  return of.map((one) => <div key={one.currency}>{money(one)}</div>)
}

const ratios = (result: Result) =>
  result.returns.length === 0
    ? t.none
    : result.returns.map((one) => (
        <div key={one.currency}>
          {k.results.times(one.ratio)} {result.returns.length > 1 && one.currency}
        </div>
      ))
