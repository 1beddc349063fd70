import '../../styles/checkbox'
import { Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { Code } from '../../parts/Code'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Permitted } from '../../parts/Permitted'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { m } from '../../text/messages'
import { portalSettingsQuery, type PortalSettings } from './queries'

const back = { to: '/settings', label: t.settings.title }
const CHOICES = [
  ['show_uses', m.showUses],
  ['show_revenue', m.showRevenue],
  ['show_commission', m.showCommission],
] as const

export default function PortalPage() {
  const { data, error, refetch } = useQuery(portalSettingsQuery)
  return (
    <Page title={m.portal} back={back} facts={m.portalFacts}>
      {error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Permitted to="manage">
          <PortalForm settings={data} />
        </Permitted>
      ) : (
        <CardSkeleton lines={8} />
      )}
    </Page>
  )
}

function PortalForm({ settings }: { settings: PortalSettings }) {
  const client = useQueryClient()
  const { lost_url, ...first } = settings
  const [values, setValues] = useState(first)
  const save = useMutation({
    mutationFn: () => api.put<PortalSettings>(address('/portal-settings'), values),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['messages'] })
      await showToast(m.portalSaved)
    },
  })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form noValidate className="stack wide" onSubmit={submit}>
      <Card title={m.shows}>
        <div className="stack">
          {CHOICES.map(([name, label]) => (
            <Checkbox
              key={name}
              label={label}
              checked={values[name]}
              onChange={(event) => setValues({ ...values, [name]: event.currentTarget.checked })}
            />
          ))}
          <Checkbox
            label={m.askCodes}
            checked={values.ask_codes}
            onChange={(event) => setValues({ ...values, ask_codes: event.currentTarget.checked })}
          />
          <Textarea
            label={m.ownTerms}
            description={m.ownTermsHelp}
            autosize
            minRows={3}
            maxLength={2000}
            value={values.terms}
            error={refused.terms}
            onChange={(event) => setValues({ ...values, terms: event.currentTarget.value })}
          />
          <TextInput
            label={m.contact}
            maxLength={300}
            value={values.contact}
            error={refused.contact}
            onChange={(event) => setValues({ ...values, contact: event.currentTarget.value })}
          />
          {save.error && (
            <div role="alert" style={{ color: 'var(--sc-danger)' }}>
              {problemText(save.error)}
            </div>
          )}
          <div>
            <Button type="submit" loading={save.isPending}>
              {t.actions.save}
            </Button>
          </div>
        </div>
      </Card>
      <Card title={m.lostUrl}>
        <Code code={lost_url} live shown />
        <div className="muted small">{m.lostUrlHelp}</div>
      </Card>
    </form>
  )
}
