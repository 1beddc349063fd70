import type { Entry, Redemption } from '../../api/types'
import { change, dateTime, money } from '../../lib/format'
import { entryNets } from '../../lib/ledger'
import { Card } from '../../parts/Card'
import { useZone } from '../../session'
import { t } from '../../text'

/** Every change of the order's money in order, with what it left. */
export function LedgerCard({ redemption }: { redemption: Redemption }) {
  const zone = useZone()
  const rows = entryNets(redemption.entries)
  return (
    <Card title={t.redemption.happened} aside={<span className="muted small">{t.redemption.added}</span>} flush>
      <table className="table prose inset desk">
        <caption className="muted small">{t.redemption.formula(redemption.net.currency)}</caption>
        <colgroup>
          <col style={{ width: 176 }} />
          <col />
          <col style={{ width: 108 }} />
          <col style={{ width: 116 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.redemption.when}</th>
            <th scope="col">{t.redemption.what}</th>
            <th scope="col" className="num">
              {t.redemption.change}
            </th>
            <th scope="col" className="num">
              {t.redemption.netAfter}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ entry, net, after }) => (
            <tr key={entry.number}>
              <td className="muted">{dateTime(entry.happened_at, zone)}</td>
              <td>
                <What entry={entry} />
              </td>
              <td className="num">{change(net)}</td>
              <td className="num strong">{money(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="list phone" style={{ marginTop: 8 }}>
        {rows.map(({ entry, net, after }) => (
          <li key={entry.number}>
            <div className="row between top">
              <What entry={entry} />
              <span className="num">{change(net)}</span>
            </div>
            <div className="muted small row between">
              <span>{dateTime(entry.happened_at, zone)}</span>
              <span className="num">
                {t.redemption.netAfter} {money(after)}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function What({ entry }: { entry: Entry }) {
  return (
    <div>
      <div className="strong">{t.redemption.kinds[entry.kind] ?? entry.kind}</div>
      {entry.reason && <div className="muted">{entry.reason}</div>}
    </div>
  )
}
