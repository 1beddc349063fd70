/** Key numbers. One row for each currency: amounts in different currencies are never added up. */
import { Link } from 'react-router'
import type { Totals } from '../api/types'
import { int, money, negative } from '../lib/format'
import { t } from '../text'

interface TileProps {
  label: string
  value: string
  note?: string
  to?: string
}

function Tile({ label, value, note, to }: TileProps) {
  const inner = (
    <>
      <span className="tile-label small">{label}</span>
      <div className="tile-value">{value}</div>
      {note && <div className="muted small">{note}</div>}
    </>
  )
  return to ? (
    <Link className="tile" to={to}>
      {inner}
    </Link>
  ) : (
    <div className="tile">{inner}</div>
  )
}

export function TotalTiles({ totals, currency, to }: { totals: Totals[]; currency: string; to: string }) {
  const none = { amount: '0', currency }
  const rows = totals.length > 0 ? totals : [{ currency, redemptions: 0, net: none, discount: none, refunded: none }]
  return (
    <section className="card" aria-label={t.offer.results}>
      {rows.map((row) => (
        <div className="tiles" key={row.currency}>
          <Tile label={t.money.net} value={money(row.net)} to={to} {...(rows.length > 1 && { note: row.currency })} />
          <Tile label={t.money.redemptions} value={int(row.redemptions)} to={to} />
          <Tile label={t.money.discount} value={money(row.discount)} to={to} />
          <Tile label={t.money.refunded} value={money(negative(row.refunded))} to={to} />
        </div>
      ))}
    </section>
  )
}
