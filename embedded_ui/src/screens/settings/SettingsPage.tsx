import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { rosterQuery } from '../../api/queries'
import { dateTime } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { Line } from '../../parts/Waiting'
import { useMay, useSession, useZone } from '../../session'
import { t } from '../../text'
import { ShareDefaults } from '../codes/ShareDefaults'

export default function SettingsPage() {
  const { stores, workspace } = useSession()
  const manages = useMay('manage')
  return (
    <Page title={t.settings.title}>
      <div className="stack wide">
        <Card title={t.settings.stores} flush aside={manages && <Link to="/settings/link">{t.trust.link}</Link>}>
          <ul className="list" style={{ marginTop: 6 }}>
            {stores.map((store) => (
              <li key={store.id} className="row">
                <div className="grow">
                  <Link to={`/stores/${store.id}`} className="strong plain-link">
                    {store.name}
                  </Link>
                  <div className="muted small trunc">
                    {t.store.platforms[store.platform] ?? store.platform} · {store.domain}
                  </div>
                </div>
                <Status of={store.state === 'active' ? 'connected' : store.state} />
                <Button component={Link} to={`/stores/${store.id}`} variant="default" size="compact-sm">
                  {t.settings.open}
                  <span className="visually-hidden"> {store.name}</span>
                </Button>
              </li>
            ))}
          </ul>
        </Card>
        <RosterSummary />
        <Messages />
        <ShareDefaults />
        <Access />
        <Card title={t.settings.workspace}>
          <Facts
            items={[
              [t.settings.name, workspace.name],
              [t.settings.zone, workspace.time_zone],
            ]}
          />
        </Card>
      </div>
    </Page>
  )
}

function Access() {
  const manages = useMay('manage')
  const pages = [
    { to: '/settings/people', name: t.trust.people, text: t.trust.peopleText, open: true },
    { to: '/settings/keys', name: t.trust.keys, text: t.trust.keysText, open: manages },
    { to: '/settings/audit', name: t.trust.audit, text: t.trust.auditText, open: manages },
  ]
  return (
    <Card title={t.trust.title} flush>
      <ul className="list" style={{ marginTop: 6 }}>
        {pages.map(({ to, name, text, open }) => (
          <li key={to} className="row">
            <div className="grow">
              {open ? (
                <Link to={to} className="strong plain-link">
                  {name}
                </Link>
              ) : (
                <span className="strong">{name}</span>
              )}
              <div className="muted small">{open ? text : t.trust.needsManage}</div>
            </div>
            {open && (
              <Button component={Link} to={to} variant="default" size="compact-sm">
                {t.settings.open}
                <span className="visually-hidden"> {name}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Messages() {
  const pages = [
    { to: '/settings/mail', name: t.settings.mail, text: t.settings.mailText },
    { to: '/settings/portal', name: t.settings.portal, text: t.settings.portalText },
  ]
  return (
    <Card title={t.settings.messages} flush>
      <ul className="list" style={{ marginTop: 6 }}>
        {pages.map(({ to, name, text }) => (
          <li key={to} className="row">
            <div className="grow">
              <Link to={to} className="strong plain-link">
                {name}
              </Link>
              <div className="muted small">{text}</div>
            </div>
            <Button component={Link} to={to} variant="default" size="compact-sm">
              {t.settings.open}
              <span className="visually-hidden"> {name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function RosterSummary() {
  const { data: roster, error, refetch } = useQuery(rosterQuery)
  const zone = useZone()
  if (error && !roster) return <Failed error={error} onRetry={() => void refetch()} />
  return (
    <Card title={t.settings.roster}>
      <div className="row">
        <div className="grow">
          {!roster ? (
            <>
              <Line width="50%" />
              <Line width="30%" height={16} />
            </>
          ) : roster.connected ? (
            <>
              <div>{t.settings.connectedTo(roster.name ?? roster.base_url ?? '')}</div>
              <div className="muted small">
                {roster.pulled_at ? t.settings.lastPull(dateTime(roster.pulled_at, zone)) : t.roster.neverPulled}
              </div>
              {roster.push.stuck > 0 && <Status of="attention">{t.roster.stuckTitle(roster.push.stuck)}</Status>}
            </>
          ) : (
            <div className="muted">{t.settings.rosterNone}</div>
          )}
        </div>
        <Button component={Link} to="/settings/roster" variant="default">
          {roster?.connected === false ? t.settings.connect : t.settings.open}
          <span className="visually-hidden"> {t.settings.roster}</span>
        </Button>
      </div>
    </Card>
  )
}
