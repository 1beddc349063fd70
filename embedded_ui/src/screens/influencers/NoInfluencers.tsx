import { Button } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { Link } from 'react-router'
import { Empty } from '../../parts/Empty'
import { t } from '../../text'
import { tt } from '../../text/table'

export default function NoInfluencers({ onAdd }: { onAdd: () => void }) {
  return (
    <Empty icon={<IconUsers size={28} aria-hidden />} title={t.influencers.emptyTitle} text={t.influencers.emptyText}>
      <Button component={Link} to="/settings/roster">
        {t.influencers.connectRoster}
      </Button>
      <Button variant="default" onClick={onAdd}>
        {t.influencers.add}
      </Button>
      <Link to="?archived=true">{tt.seeArchived}</Link>
    </Empty>
  )
}
