import { Link } from 'react-router'
import type { RedemptionRow } from '../../api/types'
import { dateTime, money } from '../../lib/format'
import { Status } from '../../parts/Status'
import { useZone } from '../../session'
import { t } from '../../text'

interface OrderRowsProps {
  orders: RedemptionRow[]
  inset?: boolean
  withPerson?: boolean
}

export function OrderRows({ orders, inset, withPerson = true }: OrderRowsProps) {
  const zone = useZone()
  return (
    <>
      <table className={`table desk ${inset ? 'inset' : ''}`}>
        <colgroup>
          <col style={{ width: 110 }} />
          <col style={{ width: 176 }} />
          {withPerson && <col />}
          <col />
          <col style={{ width: 116 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.redemptions.columns.order}</th>
            <th scope="col">{t.redemptions.columns.placed}</th>
            {withPerson && <th scope="col">{t.redemptions.columns.influencer}</th>}
            <th scope="col">{t.redemptions.columns.code}</th>
            <th scope="col" className="num">
              {t.money.net}
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id}>
              <td>
                <OrderLink order={order} />
              </td>
              <td className="muted nowrap">{dateTime(order.placed_at, zone)}</td>
              {withPerson && (
                <td>
                  <Holder order={order} />
                </td>
              )}
              <td>
                <div className="row">
                  <span className="mono trunc" title={order.code}>
                    {order.code}
                  </span>
                  {order.state !== 'counted' && <Status of={order.state} />}
                </div>
              </td>
              <td className="num">{money(order.net)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="list phone" style={{ marginTop: inset ? 6 : 0 }}>
        {orders.map((order) => (
          <li key={order.id} className="stack tight">
            <div className="row between">
              <OrderLink order={order} />
              <span className="num strong">{money(order.net)}</span>
            </div>
            <div className="row between muted small">
              <span>{dateTime(order.placed_at, zone)}</span>
              <span className="mono trunc">{order.code}</span>
            </div>
            {withPerson && <Holder order={order} />}
          </li>
        ))}
      </ul>
    </>
  )
}

function OrderLink({ order }: { order: RedemptionRow }) {
  return (
    <Link to={`/redemptions/${order.id}`} className="strong">
      {order.order_name}
    </Link>
  )
}

function Holder({ order }: { order: RedemptionRow }) {
  if (!order.influencer) return <span className="muted">{t.redemptions.poolCode}</span>
  return (
    <Link to={`/influencers/${order.influencer.id}`} className="plain-link trunc" style={{ display: 'block' }} title={order.influencer.name}>
      <bdi>{order.influencer.name}</bdi>
    </Link>
  )
}
