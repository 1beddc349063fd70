import { Button, NativeSelect } from '@mantine/core'
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { address, api } from '../../api/client'
import { pollEvery } from '../../api/queries'
import type { CodeStatus, Offer, OfferCode, Page } from '../../api/types'
import { int, money } from '../../lib/format'
import { Avatar } from '../../parts/Avatar'
import { Card } from '../../parts/Card'
import { Code } from '../../parts/Code'
import { Failed } from '../../parts/Failed'
import { Status } from '../../parts/Status'
import { Line } from '../../parts/Waiting'
import { t } from '../../text'

const STATES: CodeStatus[] = ['live', 'creating', 'queued', 'failed', 'disabled', 'retired']

const codesQuery = (offer: number, state: string, live: boolean) =>
  infiniteQueryOptions({
    queryKey: ['offers', offer, 'codes', state],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<OfferCode>>(
        address(`/offers/${offer}/codes`, { state: state || undefined, cursor: pageParam ?? undefined }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<OfferCode>) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => {
      const every = pollEvery(live)
      return every && every * Math.max(1, data?.pages.length ?? 1)
    },
  })

interface CodesCardProps {
  offer: Offer
  state: string
  onState: (state: string) => void
}

export function CodesCard({ offer, state, onState }: CodesCardProps) {
  const query = useInfiniteQuery(codesQuery(offer.id, state, offer.run?.state === 'running'))
  const codes = query.data?.pages.flatMap((page) => page.items) ?? []
  const choices = [
    { value: '', label: t.offer.anyState },
    ...STATES.map((value) => ({ value, label: `${t.status[value]} (${int(offer.counts[value])})` })),
  ]
  return (
    <Card
      id="codes"
      flush
      title={t.offer.codes}
      aside={
        <NativeSelect
          aria-label={t.offer.codeStates}
          w={160}
          data={choices}
          value={state}
          onChange={(event) => onState(event.currentTarget.value)}
        />
      }
    >
      {query.error && !query.data ? (
        <div className="card-body">
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : !query.data ? (
        <div className="card-body stack">
          {Array.from({ length: 4 }, (_, index) => (
            <Line key={index} width="70%" height={32} />
          ))}
        </div>
      ) : codes.length === 0 ? (
        <div className="card-body muted">{state ? t.offer.noCodesInState : `${t.offer.noCodes} ${t.offer.noCodesText}`}</div>
      ) : (
        <CodeRows codes={codes} />
      )}
      {query.hasNextPage && (
        <div className="card-foot">
          <Button
            variant="default"
            size="compact-sm"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t.actions.showMore}
          </Button>
        </div>
      )}
    </Card>
  )
}

function CodeRows({ codes }: { codes: OfferCode[] }) {
  return (
    <>
      <table className="table inset desk">
        <colgroup>
          <col />
          <col style={{ width: 124 }} />
          <col style={{ width: 220 }} />
          <col style={{ width: 120 }} />
          <col style={{ width: 140 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.influencers.influencer}</th>
            <th scope="col">{t.influencers.state}</th>
            <th scope="col">{t.influencers.code}</th>
            <th scope="col" className="num">
              {t.money.redemptions}
            </th>
            <th scope="col" className="num">
              {t.money.net}
            </th>
          </tr>
        </thead>
        <tbody>
          {codes.map((code) => (
            <tr key={code.id}>
              <td>
                <Holder code={code} />
              </td>
              <td>
                <Status of={code.state} />
              </td>
              <td>
                <CodeWithMessage code={code} />
              </td>
              <td className="num">{code.redemptions > 0 ? int(code.redemptions) : t.none}</td>
              <td className="num">{code.net && code.redemptions > 0 ? money(code.net) : t.none}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="list phone" style={{ marginTop: 6 }}>
        {codes.map((code) => (
          <li key={code.id} className="row">
            <div className="grow">
              <Holder code={code} />
              <CodeWithMessage code={code} />
            </div>
            <Status of={code.state} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Holder({ code }: { code: OfferCode }) {
  if (!code.influencer) return <span className="muted">{t.offer.pooled}</span>
  return (
    <div className="row">
      <Avatar name={code.influencer.name} />
      <Link to={`/influencers/${code.influencer.id}`} className="strong trunc plain-link" title={code.influencer.name}>
        <bdi>{code.influencer.name}</bdi>
      </Link>
    </div>
  )
}

/** A pooled code comes masked: it cannot be copied before somebody holds it. */
function CodeWithMessage({ code }: { code: OfferCode }) {
  return (
    <>
      <Code code={code.code} live={code.state === 'live' && code.influencer !== null} />
      {code.message && (
        <div className="muted small trunc" title={code.message}>
          {code.message}
        </div>
      )}
    </>
  )
}
