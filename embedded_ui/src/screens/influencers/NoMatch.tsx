import { Button } from '@mantine/core'
import { IconUserSearch } from '@tabler/icons-react'
import { Empty } from '../../parts/Empty'
import { t } from '../../text'

export default function NoMatch({ filters, onClear }: { filters: number; onClear: () => void }) {
  return (
    <Empty
      icon={<IconUserSearch size={28} aria-hidden />}
      title={t.influencers.noMatch}
      text={t.influencers.noMatchText}
    >
      <Button variant="default" onClick={onClear}>
        {t.influencers.clearFilters(filters)}
      </Button>
    </Empty>
  )
}
