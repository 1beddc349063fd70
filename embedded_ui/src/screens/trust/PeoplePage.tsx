import { NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { Role, UserAccount } from '../../api/types'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { CardSkeleton } from '../../parts/Waiting'
import { useMay } from '../../session'
import { t } from '../../text'
import { LimitsCard } from './LimitsCard'
import { usersQuery } from './queries'

const ROLES: Role[] = ['view', 'issue', 'approve', 'manage']
const back = { to: '/settings', label: t.trust.back }

export default function PeoplePage() {
  const { data, error, refetch } = useQuery(usersQuery)
  return (
    <Page title={t.trust.people} back={back} facts={t.trust.peopleFacts}>
      {error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <CardSkeleton lines={6} title={false} />
      ) : (
        <div className="stack wide">
          <section className="card" aria-label={t.trust.people}>
            <ul className="list">
              {data.items.map((user) => (
                <Person key={user.id} user={user} />
              ))}
            </ul>
          </section>
          <Card title={t.trust.role}>
            <dl className="facts">
              {ROLES.map((role) => (
                <Meaning key={role} role={role} />
              ))}
            </dl>
          </Card>
          <LimitsCard />
        </div>
      )}
    </Page>
  )
}

function Meaning({ role }: { role: Role }) {
  return (
    <>
      <dt>{t.trust.roles[role]}</dt>
      <dd>{t.trust.roleHelp[role]}</dd>
    </>
  )
}

function Person({ user }: { user: UserAccount }) {
  const client = useQueryClient()
  const manages = useMay('manage')
  const name = user.name || t.trust.unknown
  const change = useMutation({
    mutationFn: (role: Role) => api.patch<UserAccount>(address(`/users/${user.id}`), { role }),
    onSuccess: async (changed) => {
      await Promise.all([client.invalidateQueries({ queryKey: ['users'] }), client.invalidateQueries({ queryKey: ['session'] })])
      await showToast(t.trust.roleChanged(name, t.trust.roles[changed.role]))
    },
  })
  const reason = user.is_owner ? t.trust.ownerHelp : manages ? undefined : t.trust.cannot.manage
  return (
    <li className="row wrap">
      <div className="grow">
        <div className="strong">
          <bdi>{name}</bdi>
          {user.is_me && <span className="muted"> · {t.trust.me}</span>}
        </div>
        <div className="muted small">
          {user.store_name}
          {user.is_owner && ` · ${t.trust.owner}`}
        </div>
        {change.error && (
          <div role="alert" className="small" style={{ color: 'var(--sc-danger)' }}>
            {problemText(change.error)}
          </div>
        )}
      </div>
      <NativeSelect
        aria-label={t.trust.roleOf(name)}
        data={ROLES.map((role) => ({ value: role, label: t.trust.roles[role] }))}
        value={user.role}
        disabled={reason !== undefined || change.isPending}
        title={reason}
        onChange={(event) => change.mutate(event.currentTarget.value as Role)}
      />
    </li>
  )
}
