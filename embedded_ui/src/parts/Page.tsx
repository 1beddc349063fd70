import { IconChevronLeft } from '@tabler/icons-react'
import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react'
import { Link, NavigationType, useNavigationType } from 'react-router'

interface PageProps {
  title: string
  /** Named after where it leads: "Offers", not "Back". */
  back?: { to: string; label: string; onLeave?: (event: MouseEvent) => void }
  badge?: ReactNode
  /** One muted line. */
  facts?: ReactNode
  actions?: ReactNode
  layout?: 'full' | 'fill'
  /** Actions are fixed at the bottom on phones, so the page ends above them. */
  bottomActions?: boolean
  children: ReactNode
}

/** The document's first page keeps the focus where the host put it; later ones move it to their heading. */
let opened = false

export function Page({ title, back, badge, facts, actions, layout, bottomActions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)

  const arrival = useNavigationType()

  useEffect(() => {
    if (opened) heading.current?.focus({ preventScroll: true })
    opened = true
    // Going back keeps the place; a new page starts at its top.
    if (arrival !== NavigationType.Pop) window.scrollTo(0, 0)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- how this page was arrived at, not later changes of its filters
  }, [])

  useEffect(() => {
    document.title = `${title} · Shoutcode`
  }, [title])

  const width = layout === 'fill' ? 'full fill' : (layout ?? '')
  return (
    <main className={`page ${width} ${bottomActions ? 'with-actions' : ''}`}>
      {back && (
        <Link className="back" to={back.to} {...(back.onLeave && { onClick: back.onLeave })}>
          <IconChevronLeft size={16} aria-hidden />
          {back.label}
        </Link>
      )}
      <div className="page-head">
        <div className="grow">
          <div className="row wrap">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {badge}
          </div>
          {facts !== undefined && <div className="muted">{facts}</div>}
        </div>
        {actions && <div className="row wrap">{actions}</div>}
      </div>
      {children}
    </main>
  )
}
