import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { redemptionQuery } from '../../api/queries'
import type { Redemption } from '../../api/types'
import { dateTime, int, money, negative } from '../../lib/format'
import { Avatar } from '../../parts/Avatar'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { CardSkeleton } from '../../parts/Waiting'
import { useZone } from '../../session'
import { t } from '../../text'
import { LedgerCard } from './LedgerCard'

const back = { to: '/redemptions', label: t.redemptions.title }

export default function RedemptionPage() {
  const { id } = useParams()
  const { data, error, refetch } = useQuery(redemptionQuery(Number(id)))
  if (!data) {
    return (
      <Page title={t.redemptions.columns.order} back={back}>
        {error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="columns" aria-busy>
            <div className="stack wide">
              <CardSkeleton lines={3} />
              <CardSkeleton lines={8} />
            </div>
            <CardSkeleton lines={6} />
          </div>
        )}
      </Page>
    )
  }
  return <RedemptionView redemption={data} />
}

function RedemptionView({ redemption }: { redemption: Redemption }) {
  const zone = useZone()
  const person = redemption.influencer
  return (
    <Page
      title={t.redemption.title(redemption.order_name)}
      back={back}
      badge={<Status of={redemption.state} />}
      facts={t.redemption.placed(dateTime(redemption.placed_at, zone), zone)}
    >
      <div className="columns">
        <div className="stack wide">
          <Card title={t.redemption.who}>
            <div className="row top" style={{ gap: 12 }}>
              {person && <Avatar name={person.name} size="large" />}
              <div className="grow stack tight">
                <div>
                  {person ? (
                    <>
                      <Link to={`/influencers/${person.id}`} className="strong">
                        <bdi>{person.name}</bdi>
                      </Link>{' '}
                      {t.redemption.credited}
                    </>
                  ) : (
                    <span className="strong">{t.redemption.nobody}</span>
                  )}
                </div>
                <div>{whyCredited(redemption)}</div>
              </div>
            </div>
          </Card>
          <LedgerCard redemption={redemption} />
        </div>
        <div className="stack wide">
          <Result redemption={redemption} />
          <Card title={t.redemption.order}>
            <Facts
              items={[
                [t.redemption.offer, <Link key="offer" to={`/offers/${redemption.offer.id}`}>{redemption.offer.name}</Link>],
                [t.redemption.code, <span key="code" className="mono">{redemption.code}</span>],
                [t.redemption.entries, int(redemption.entries.length)],
              ]}
            />
          </Card>
        </div>
      </div>
    </Page>
  )
}

/** The first entry says whose order it is; later ones say what became of its money. */
const whyCredited = ({ entries, reason }: Redemption) => entries[0]?.reason ?? reason

function Result({ redemption }: { redemption: Redemption }) {
  const { net, gross, refunded, discount, influencer } = redemption
  return (
    <Card title={t.redemption.result}>
      <div className="figures" style={{ fontSize: 24, lineHeight: '32px', fontWeight: 600, letterSpacing: '-0.02em' }}>
        {money(net)}
      </div>
      <div className="muted" style={{ marginBottom: 12 }}>
        {influencer ? t.redemption.netFor(influencer.name) : t.redemption.net}
      </div>
      <Facts
        sums
        items={[
          [t.redemption.goods, money(gross)],
          [t.money.refunded, money(negative(refunded))],
          [t.redemption.net, <span key="net" className="strong">{money(net)}</span>],
          [t.money.discount, money(discount)],
        ]}
      />
    </Card>
  )
}
