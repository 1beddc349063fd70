import { Link } from 'react-router'
import type { PersonCode } from '../../api/types'
import { date, int, money } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Code } from '../../parts/Code'
import { Status } from '../../parts/Status'
import { useZone } from '../../session'
import { t } from '../../text'

export function PersonCodes({ codes }: { codes: PersonCode[] }) {
  const zone = useZone()
  return (
    <Card title={t.person.codes} flush>
      {codes.length === 0 ? (
        <div className="card-body muted">{t.person.noCodes}</div>
      ) : (
        <ul className="list" style={{ marginTop: 6 }}>
          {codes.map((code) => (
            <li key={code.id} className="row wrap">
              <div className="grow" style={{ minWidth: 180 }}>
                <Code code={code.code} live={code.status === 'live'} shown />
                <div className="muted small">
                  <Link to={`/offers/${code.offer.id}`}>{code.offer.name}</Link>
                  {held(code, zone) && ` · ${held(code, zone)}`}
                </div>
                {code.message && <div className="muted small">{code.message}</div>}
              </div>
              <Status of={code.status} />
              <div className="num" style={{ minWidth: 112, marginLeft: 'auto' }}>
                <div>{code.net && code.redemptions > 0 ? money(code.net) : t.none}</div>
                <div className="muted small" title={int(code.redemptions)}>
                  {code.redemptions > 0 ? t.money.redemptionCount(code.redemptions) : t.money.noOrders}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function held({ since, until }: PersonCode, zone: string): string {
  if (!since) return ''
  return until ? t.person.heldUntil(date(since, zone), date(until, zone)) : t.person.heldFrom(date(since, zone))
}
