import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { axis, nearest, path, project, type Frame } from '../lib/chartScale'
import { dayOfMonth, money, roundMoney } from '../lib/format'
import { t } from '../text'
import type { Home } from '../api/types'

const HEIGHT = 220

/** Net revenue of each day as one line. Amounts are turned into numbers for drawing only. */
export function Chart({ days }: { days: Home['days'] }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [at, setAt] = useState<number | null>(null)

  useLayoutEffect(() => {
    if (!box.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])

  const currency = days[0]?.net.currency ?? 'USD'
  const values = days.map((day) => Number(day.net.amount))
  const marks = axis(values)
  const frame: Frame = { left: 64, right: width - 6, top: 10, bottom: HEIGHT - 24 }
  const { x, y, points } = project(values, marks, frame)
  const whole = points.slice(0, -1)
  const lastTwo = points.slice(-2)
  const every = Math.ceil(days.length / Math.max(2, Math.floor((width - 64) / 96)))
  const label = t.home.chartSays(roundMoney(Math.min(...values), currency), roundMoney(Math.max(...values), currency))

  const move = (step: number) =>
    setAt((now) => Math.min(days.length - 1, Math.max(0, (now ?? days.length - (step > 0 ? 1 : 0)) + step)))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') move(-1)
    if (event.key === 'ArrowRight') move(1)
    if (event.key === 'Escape') setAt(null)
  }
  const day = at === null ? undefined : days[at]

  return (
    <div ref={box} style={{ position: 'relative', height: HEIGHT }}>
      {width > 0 && (
        // A picture with a sentence; arrow keys read its days one by one.
         
        <svg
          width={width}
          height={HEIGHT}
          role="img"
           
          tabIndex={0}
          aria-label={label}
          className="figures"
          style={{ display: 'block', fontSize: 12 }}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setAt(nearest(event.nativeEvent.offsetX, frame, days.length))}
          onPointerLeave={() => setAt(null)}
        >
          {marks.map((value) => (
            <g key={value}>
              <line
                x1={frame.left}
                x2={width}
                y1={Math.round(y(value)) + 0.5}
                y2={Math.round(y(value)) + 0.5}
                stroke={value === 0 ? 'var(--sc-neutral-solid)' : 'var(--sc-border)'}
              />
              <text x={frame.left - 10} y={y(value) + 4} textAnchor="end" fill="var(--sc-muted)">
                {roundMoney(value, currency)}
              </text>
            </g>
          ))}
          {days.map(
            (each, index) =>
              index % every === 0 && (
                <text
                  key={each.day}
                  x={x(index)}
                  y={HEIGHT - 4}
                  textAnchor={index === 0 ? 'start' : index > days.length - 3 ? 'end' : 'middle'}
                  fill="var(--sc-muted)"
                >
                  {dayOfMonth(each.day)}
                </text>
              ),
          )}
          {points.length > 1 && (
            <>
              <path
                d={`${path(points)}L${x(values.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`}
                fill="var(--mantine-color-accent-6)"
                opacity={0.08}
              />
              <path d={path(whole)} fill="none" stroke="var(--mantine-color-accent-6)" strokeWidth={2} strokeLinejoin="round" />
              {/* Today is not over: its stretch is drawn open. */}
              <path d={path(lastTwo)} fill="none" stroke="var(--mantine-color-accent-6)" strokeWidth={2} strokeDasharray="2 4" />
            </>
          )}
          {at !== null && day && (
            <>
              <line x1={x(at)} x2={x(at)} y1={frame.top} y2={frame.bottom} stroke="var(--sc-field-border)" />
              <circle cx={x(at)} cy={y(values[at] ?? 0)} r={4} fill="var(--mantine-color-accent-6)" stroke="#fff" strokeWidth={1.5} />
            </>
          )}
        </svg>
      )}
      <div role="status" className="small">
        {at !== null && day && (
          <div className="chart-note" style={{ left: Math.max(0, Math.min(x(at) + 10, width - 150)) }}>
            <div className="strong">
              {dayOfMonth(day.day)}
              {at === days.length - 1 && `, ${t.home.soFar}`}
            </div>
            <div>{money(day.net)}</div>
            <div className="muted">{t.money.orderCount(day.redemptions)}</div>
          </div>
        )}
      </div>
    </div>
  )
}
