import { Link } from 'react-router'
import { useSession } from '../../session'
import { t } from '../../text'
import { DEFAULT_SORT } from './view'
import type { People } from './usePeople'

/** How much is loaded and in what order; while codes are made, how far they are. */
export function TableFoot({ people, sort }: { people: People; sort: string }) {
  const { store } = useSession()
  const run = people.columns.map(({ offer }) => offer?.run).find((each) => each?.state === 'running')
  const order = t.influencers.orders[sort] ?? t.influencers.orders[DEFAULT_SORT] ?? ''
  const currency = people.columns[0]?.offer?.currency ?? store.currency
  return (
    <div className="foot figures">
      <span>{people.loading ? ' ' : t.influencers.loaded(people.rows.length, people.total, order)}</span>
      {run ? (
        <span role="status">
          {t.influencers.offerLive(run.offer_name, run.counts.live, run.total)}{' '}
          <Link to={`/offers/${run.offer_id}`}>{t.influencers.seeRun}</Link>
        </span>
      ) : (
        <span className="trunc">{t.money.formula(currency)}</span>
      )}
    </div>
  )
}
