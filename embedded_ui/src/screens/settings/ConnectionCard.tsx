import { Button, PasswordInput, TextInput } from '@mantine/core'
import '@mantine/core/styles/PasswordInput.layer.css'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import type { Roster, RosterTest } from '../../api/types'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { t } from '../../text'

const FIELDS = ['base_url', 'api_key', 'signing_secret'] as const
type Field = (typeof FIELDS)[number]

/** Keys are never shown again; a connected roster keeps those it has until new ones are entered. */
export function ConnectionCard({ roster }: { roster: Roster }) {
  const [values, setValues] = useState({ base_url: roster.base_url ?? '', api_key: '', signing_secret: '' })
  const [checked, setChecked] = useState(false)
  const client = useQueryClient()

  const save = useMutation({
    mutationFn: () => api.put<Roster>(address('/roster'), trimmed(values)),
    onSuccess: async () => {
      setValues({ ...values, api_key: '', signing_secret: '' })
      setChecked(false)
      await client.invalidateQueries({ queryKey: ['roster'] })
      await showToast(t.roster.saved)
    },
  })
  const test = useMutation({ mutationFn: () => api.post<RosterTest>(address('/roster/test')) })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const missing = (field: Field) => checked && values[field].trim() === '' && t.roster.errors[field]

  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setChecked(true)
    test.reset()
    const empty = FIELDS.find((field) => values[field].trim() === '')
    if (empty) document.getElementById(`roster-${empty}`)?.focus()
    else save.mutate()
  }
  const field = (name: Field) => ({
    id: `roster-${name}`,
    value: values[name],
    error: refused[name] ?? missing(name),
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) =>
      setValues({ ...values, [name]: event.currentTarget.value }),
  })
  const kept = roster.connected ? t.roster.kept : undefined

  return (
    <Card title={t.roster.connection}>
      <form noValidate className="stack" onSubmit={submit}>
        <TextInput label={t.roster.baseUrl} description={t.roster.baseUrlHelp} type="url" {...field('base_url')} />
        <PasswordInput label={t.roster.apiKey} description={kept ?? t.roster.apiKeyHelp} {...field('api_key')} />
        <PasswordInput label={t.roster.secret} description={kept ?? t.roster.secretHelp} {...field('signing_secret')} />
        {save.error && Object.keys(refused).length === 0 && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(save.error)}
          </div>
        )}
        <div className="row wrap">
          <Button type="submit" loading={save.isPending} variant={roster.connected ? 'default' : 'filled'}>
            {roster.connected ? t.roster.save : t.roster.connect}
          </Button>
          {roster.connected && (
            <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
              {t.roster.test}
            </Button>
          )}
        </div>
        <div role="status">
          {test.data && <TestResult result={test.data} />}
          {test.error && <div style={{ color: 'var(--sc-danger)' }}>{problemText(test.error)}</div>}
        </div>
      </form>
    </Card>
  )
}

const trimmed = (values: Record<Field, string>) =>
  Object.fromEntries(FIELDS.map((field) => [field, values[field].trim()]))

function TestResult({ result }: { result: RosterTest }) {
  return (
    <div className="can-do">
      <div className="strong">{result.ok ? t.roster.testOk(result.name) : t.roster.testFailed}</div>
      {result.message && <div className="muted">{result.message}</div>}
      <Ability can={result.can_read} yes={t.roster.canRead} no={t.roster.cannotRead} />
      <Ability can={result.can_write} yes={t.roster.canWrite} no={t.roster.cannotWrite} />
      {result.sample.length > 0 && (
        <>
          <div className="muted small" style={{ marginTop: 6 }}>
            {t.roster.sample}
          </div>
          <ul className="terms">
            {result.sample.map((person) => (
              <li key={person.external_id}>
                <bdi>{person.name}</bdi> <span className="mono muted">{person.external_id}</span>
                {person.refused && <div className="muted small">{person.refused}</div>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Ability({ can, yes, no }: { can: boolean; yes: string; no: string }) {
  const Icon = can ? IconCheck : IconX
  return (
    <div className="row" style={{ gap: 6 }}>
      <Icon size={16} stroke={2.5} aria-hidden style={{ color: `var(--sc-${can ? 'success' : 'danger'}-solid)` }} />
      {can ? yes : no}
    </div>
  )
}
