import { IconCheck, IconX } from '@tabler/icons-react'
import type { StoreHealth } from '../../api/types'
import { dateTime } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'

export function Permissions({ scopes }: { scopes: StoreHealth['scopes'] }) {
  return (
    <Card title={t.store.permissions}>
      <ul className="list bare">
        {scopes.wanted.map((scope) => {
          const lacks = scopes.missing.includes(scope)
          const Icon = lacks ? IconX : IconCheck
          return (
            <li key={scope} className="row" style={{ paddingInline: 0 }}>
              <Icon
                size={16}
                stroke={2.5}
                aria-hidden
                style={{ color: `var(--sc-${lacks ? 'danger' : 'success'}-solid)`, flex: 'none' }}
              />
              <span className="visually-hidden">{lacks ? t.store.missing : t.store.granted}</span>
              <span className="mono">{scope}</span>
            </li>
          )
        })}
      </ul>
      <div className="muted" style={{ marginTop: 8 }}>
        {scopes.missing.length === 0 ? t.store.allGranted : t.store.missingText}
      </div>
    </Card>
  )
}

/** What the store's platform asked for by law, and what became of it. */
export function PrivacyRequests({ store }: { store: StoreHealth }) {
  const zone = store.time_zone
  return (
    <Card title={t.store.privacy}>
      <ul className="terms">
        {store.privacy_requests.map((request) => (
          <li key={`${request.topic} ${request.received_at}`}>
            {t.store.privacyTopics[request.topic] ?? request.topic}, {dateTime(request.received_at, zone)} ·{' '}
            {request.done_at ? t.store.done(dateTime(request.done_at, zone)) : t.store.open}
            {request.found && <div className="muted small">{request.found}</div>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
