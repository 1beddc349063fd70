import { Link } from 'react-router'
import type { Home } from '../../api/types'
import { money } from '../../lib/format'
import { Avatar } from '../../parts/Avatar'
import { Card } from '../../parts/Card'
import { t } from '../../text'

export function TopInfluencers({ top }: { top: Home['top'] }) {
  return (
    <Card
      title={t.home.top}
      aside={
        <Link className="small" to="/influencers?sort=-net">
          {t.home.seeAll}
        </Link>
      }
      flush
    >
      {top.length === 0 ? (
        <div className="card-body muted">{t.home.noTop}</div>
      ) : (
        <ul className="list" style={{ marginTop: 6 }}>
          {top.map((person) => (
            <li key={person.influencer_id} className="row">
              <Avatar name={person.name} />
              <Link to={`/influencers/${person.influencer_id}`} className="strong trunc plain-link grow">
                <bdi>{person.name}</bdi>
              </Link>
              <div className="num">
                <div>{money(person.net)}</div>
                <div className="muted small">{t.money.redemptionCount(person.redemptions)}</div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
