import { Link } from 'react-router'
import type { TableView } from '../../api/queries'
import type { Offer } from '../../api/types'
import { t } from '../../text'
import { DEFAULT_SORT, sameFilter, writeView } from './view'

const SHOWN_OFFERS = 3

/** Ready-made views: everybody, the newest offers, those without a code, those put away. */
export function Views({ view, offers }: { view: TableView; offers: Offer[] }) {
  const recent = offers.filter((offer) => offer.state !== 'draft').slice(0, SHOWN_OFFERS)
  const views: [string, TableView['filter']][] = [
    [t.influencers.all, {}],
    ...recent.map((offer): [string, TableView['filter']] => [offer.name, { offer_id: offer.id }]),
    [t.influencers.noCode, { code_status: 'none' }],
    [t.influencers.archived, { archived: true }],
  ]
  return (
    <nav className="tabs" aria-label={t.influencers.views}>
      {views.map(([label, filter]) => (
        <Link
          key={label}
          className="tab"
          title={label}
          to={{ search: writeView({ filter, sort: DEFAULT_SORT, columns: [] }).toString() }}
          {...(sameFilter(filter, view.filter) && { 'aria-current': 'true' as const })}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
