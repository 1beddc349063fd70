import { Fragment, type ReactNode } from 'react'

export function Facts({ items, sums }: { items: [string, ReactNode][]; sums?: boolean }) {
  return (
    <dl className={`facts ${sums ? 'sums' : ''}`}>
      {items.map(([term, value]) => (
        <Fragment key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
