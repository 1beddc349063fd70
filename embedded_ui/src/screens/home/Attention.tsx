import { Button } from '@mantine/core'
import { IconAlertCircle, IconChevronRight, IconPlugConnectedX, IconRefreshAlert, IconStack2 } from '@tabler/icons-react'
import { Link } from 'react-router'
import type { Home } from '../../api/types'
import { Card } from '../../parts/Card'
import { usePhone } from '../../parts/usePhone'
import { t } from '../../text'

/** Tone and picture by kind; a kind that is new to us still shows its words. */
const KINDS: Record<string, ['danger' | 'warning' | 'info', typeof IconAlertCircle]> = {
  codes_failed: ['danger', IconAlertCircle],
  run_waiting: ['warning', IconRefreshAlert],
  run_stopped: ['warning', IconRefreshAlert],
  pool_low: ['warning', IconStack2],
  roster_stuck: ['warning', IconPlugConnectedX],
  roster_pull: ['warning', IconPlugConnectedX],
  store: ['danger', IconPlugConnectedX],
}

export function Attention({ items }: { items: Home['attention'] }) {
  return (
    <Card title={t.home.attention} flush>
      {items.length === 0 ? (
        <div className="card-body muted">{t.home.allQuiet}</div>
      ) : (
        <ul className="list" style={{ marginTop: 8 }}>
          {items.map((item) => (
            <Item key={`${item.kind} ${item.link} ${item.text}`} item={item} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Item({ item }: { item: Home['attention'][number] }) {
  const phone = usePhone()
  const [tone, Icon] = KINDS[item.kind] ?? (['warning', IconAlertCircle] as const)
  return (
    <li className="row" style={{ gap: 12 }}>
      <span className="sign" data-tone={tone}>
        <Icon size={16} aria-hidden />
      </span>
      <div className="grow">{item.text}</div>
      {phone ? (
        <Button component={Link} to={item.link} variant="subtle" px={10} aria-label={`${t.home.look}: ${item.text}`}>
          <IconChevronRight size={16} aria-hidden />
        </Button>
      ) : (
        <Button component={Link} to={item.link} variant="default" size="compact-sm">
          {t.home.look}
          <span className="visually-hidden">: {item.text}</span>
        </Button>
      )}
    </li>
  )
}
