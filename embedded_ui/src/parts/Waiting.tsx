/** Placeholders at the final height, shown only when the answer takes longer than a blink. */
import { Skeleton } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { Card } from './Card'

export function Line({ width, height = 20 }: { width: number | string; height?: number }) {
  return (
    <div className="line" style={{ height }}>
      <Skeleton height={10} width={width} />
    </div>
  )
}

/** Under 200 ms nothing shows, but the room is kept. */
export function Unhurried({ children }: { children: ReactNode }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div aria-busy style={{ visibility: late ? 'visible' : 'hidden' }}>
      {children}
    </div>
  )
}

const WIDTHS = ['62%', '48%', '71%', '55%', '66%', '43%', '58%', '50%']

export function CardSkeleton({ lines, title = true }: { lines: number; title?: boolean }) {
  return (
    <Card>
      {title && <Line width={140} />}
      <div className="stack tight">
        {Array.from({ length: lines }, (_, index) => (
          <Line key={index} width={WIDTHS[index % WIDTHS.length] ?? '50%'} />
        ))}
      </div>
    </Card>
  )
}
