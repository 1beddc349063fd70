import { useId, type ReactNode } from 'react'

interface CardProps {
  title?: ReactNode
  /** One small link or control at the right of the title. */
  aside?: ReactNode
  /** Lists and tables run from edge to edge. */
  flush?: boolean
  id?: string
  children: ReactNode
}

export function Card({ title, aside, flush, id, children }: CardProps) {
  const heading = useId()
  return (
    <section className="card" id={id} {...(title !== undefined && { 'aria-labelledby': heading })}>
      {title !== undefined && (
        <div className="card-head">
          <h2 className="grow" id={heading}>
            {title}
          </h2>
          {aside}
        </div>
      )}
      {flush ? children : <div className="card-body">{children}</div>}
    </section>
  )
}
