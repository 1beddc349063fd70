import { useState } from 'react'
import type { Home } from '../../api/types'
import { dayOfMonth, int, money } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Chart } from '../../parts/Chart'
import { t } from '../../text'

const HEIGHT = 220

export function RevenueCard({ days }: { days: Home['days'] }) {
  const [table, setTable] = useState(false)
  const sold = days.some((day) => day.redemptions > 0)
  return (
    <Card title={t.home.chart}>
      {table ? <DaysTable days={days} /> : <Chart days={days} />}
      <div className="row small muted between" style={{ marginTop: 8 }}>
        <span className="row" style={{ gap: 6 }}>
          <svg width={16} height={4} aria-hidden>
            <rect width={16} height={3} y={0.5} rx={1} fill="var(--mantine-color-accent-6)" />
          </svg>
          {sold ? t.home.last30 : t.home.noSales}
        </span>
        <button type="button" className="text-button" onClick={() => setTable(!table)}>
          {table ? t.home.asChart : t.home.asTable}
        </button>
      </div>
    </Card>
  )
}

/** The same days in figures, newest first, in the same room. */
function DaysTable({ days }: { days: Home['days'] }) {
  return (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll" style={{ height: HEIGHT }} role="region" aria-label={t.home.chart} tabIndex={0}>
      <table className="table sticky">
        <thead>
          <tr>
            <th scope="col">{t.home.day}</th>
            <th scope="col" className="num">
              {t.money.redemptions}
            </th>
            <th scope="col" className="num">
              {t.money.net}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day, index) => (
            <tr key={day.day}>
              <td style={{ height: 32 }}>
                {dayOfMonth(day.day)}
                {index === 0 && <span className="muted">, {t.home.soFar}</span>}
              </td>
              <td className="num">{int(day.redemptions)}</td>
              <td className="num">{money(day.net)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
