import { Link } from 'react-router'
import type { Offer } from '../../api/types'
import { Banner } from '../../parts/Banner'
import { t } from '../../text'
import { o } from '../../text/offers'
import { DriftBanner } from '../codes/DriftBanner'
import { Approval } from './Approval'

/** The one thing to know about the offer as it stands: never two banners. */
export function Notice({ offer }: { offer: Offer }) {
  const { approval, drift, run, store_note: note, change, versions, state } = offer
  const next = versions[versions.findIndex((one) => one.id === offer.id) + 1]
  if (approval) return <Approval offer={offer} approval={approval} />
  if (drift) return <DriftBanner offer={offer} drift={drift} />
  if (run?.trouble) return <Banner tone="warning" title={t.run.waits}>{run.trouble}</Banner>
  if (note) return <Banner tone="warning" title={o.page.storeNote}>{note}</Banner>
  if (change) {
    return change.trouble ? (
      <Banner tone="warning" title={o.page.waitingLong}>
        {change.trouble} {o.page.waitingText}
      </Banner>
    ) : (
      <Banner tone="info" title={o.page.waiting} />
    )
  }
  if (state === 'draft') return <Banner tone="info" title={t.offer.draftText} />
  if (state === 'paused') return <Banner tone="warning" title={o.page.paused} />
  if (next && offer.issuing_ended_at) {
    return (
      <Banner tone="info" title={o.page.replaced(next.name)}>
        {o.page.replacedText} <Link to={`/offers/${next.id}`}>{next.name}</Link>
      </Banner>
    )
  }
  return null
}
