import { IconAt, IconBrandInstagram, IconBrandTiktok, IconBrandYoutube } from '@tabler/icons-react'
import { Link } from 'react-router'
import type { Handle, InfluencerRow } from '../../api/types'
import { short } from '../../lib/format'
import { Avatar } from '../../parts/Avatar'

const ICONS: Record<string, typeof IconAt> = {
  instagram: IconBrandInstagram,
  tiktok: IconBrandTiktok,
  youtube: IconBrandYoutube,
}

export function NetworkHandle({ handle }: { handle: Handle }) {
  const Icon = ICONS[handle.platform ?? ''] ?? IconAt
  return (
    <span className="row" style={{ gap: 4 }}>
      <Icon size={13} aria-label={handle.platform ?? undefined} style={{ flex: 'none' }} />
      <span className="trunc" dir="auto">
        {handle.handle ?? handle.url}
      </span>
      {handle.followers ? <span className="nowrap">· {short(handle.followers)}</span> : null}
    </span>
  )
}

export function PersonName({ person }: { person: Pick<InfluencerRow, 'id' | 'name' | 'handles' | 'email'> }) {
  const handle = person.handles[0]
  return (
    <div className="row">
      <Avatar name={person.name} />
      <div className="grow">
        <Link
          to={`/influencers/${person.id}`}
          className="strong trunc plain-link"
          title={person.name}
          style={{ display: 'block', lineHeight: '18px' }}
        >
          <bdi>{person.name}</bdi>
        </Link>
        <div className="muted small trunc" style={{ minHeight: 16 }}>
          {handle ? <NetworkHandle handle={handle} /> : person.email}
        </div>
      </div>
    </div>
  )
}
