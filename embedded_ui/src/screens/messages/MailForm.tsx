import { Button, NativeSelect, PasswordInput, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import '@mantine/core/styles/PasswordInput.layer.css'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { useSearchParams } from 'react-router'
import { address, api, ApiError } from '../../api/client'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { m } from '../../text/messages'
import type { MailServer, Tried } from './queries'

const NUMBERS = ['port', 'per_minute'] as const
const PREFILLED = ['host', 'port', 'security', 'sender_email'] as const

interface Values {
  via: string
  host: string
  port: string
  security: string
  username: string
  password: string
  sender_name: string
  sender_email: string
  reply_to: string
  footer: string
  per_minute: string
}

function firstValues(server: MailServer, search: URLSearchParams): Values {
  const { via, host, port, security, username, sender_name, sender_email, reply_to, footer, per_minute } = server
  const known = {
    via, host, port: String(port), security, username, password: '', sender_name, sender_email, reply_to, footer,
    per_minute: String(per_minute),
  }
  if (server.connected) return known
  // A link may bring the address of a server; nothing is kept before somebody saves it.
  // The names have a prefix: the admin's own `host` stands in the same address.
  const brought = PREFILLED.flatMap((name) => {
    const value = search.get(`mail_${name}`)
    return value === null ? [] : [[name, value] as const]
  })
  return { ...known, ...Object.fromEntries(brought) }
}

/** The password is never shown again; a known server keeps it until a new one is entered. */
export function MailForm({ server }: { server: MailServer }) {
  const client = useQueryClient()
  const [search] = useSearchParams()
  const [values, setValues] = useState(() => firstValues(server, search))
  const save = useMutation({
    mutationFn: () => {
      const { password, ...rest } = values
      const numbers = Object.fromEntries(NUMBERS.map((name) => [name, Number(values[name]) || 0]))
      return api.put<MailServer>(address('/mail-server'), { ...rest, ...numbers, ...(password !== '' && { password }) })
    },
    onSuccess: async () => {
      setValues({ ...values, password: '' })
      await client.invalidateQueries({ queryKey: ['messages'] })
      await showToast(m.mailSaved)
    },
    onError: (error) => {
      const field = error instanceof ApiError ? Object.keys(error.fields)[0] : undefined
      if (field) document.getElementById(`mail-${field}`)?.focus()
    },
  })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const set = (name: keyof Values, value: string) => setValues((now) => ({ ...now, [name]: value }))
  const field = (name: keyof Values) => ({
    id: `mail-${name}`,
    value: values[name],
    error: refused[name],
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  })
  const securities = Object.entries(m.securities).map(([value, label]) => ({ value, label }))
  const offered = securities.filter(({ value }) => value !== 'none' || values.security === 'none')
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Card title={m.via}>
      <form noValidate className="stack" onSubmit={submit}>
        <SegmentedControl
          aria-label={m.via}
          data={[
            { value: 'smtp', label: m.viaSmtp },
            { value: 'roster', label: m.viaRoster },
          ]}
          value={values.via}
          onChange={(value) => set('via', value)}
        />
        {refused.via && <div style={{ color: 'var(--sc-danger)' }}>{refused.via}</div>}
        {values.via === 'roster' ? (
          <div className="muted">{m.viaRosterText}</div>
        ) : (
          <>
            <TextInput label={m.host} placeholder="smtp.example.com" maxLength={255} {...field('host')} />
            <div className="pair">
              <TextInput label={m.port} inputMode="numeric" maxLength={5} {...field('port')} />
              <NativeSelect label={m.security} data={offered} {...field('security')} />
              <TextInput label={m.username} maxLength={320} {...field('username')} />
              <PasswordInput
                label={m.password}
                maxLength={500}
                {...field('password')}
                placeholder={server.password_set ? m.passwordKept : ''}
                autoComplete="new-password"
              />
            </div>
            <div className="pair">
              <TextInput label={m.senderEmail} type="email" maxLength={320} {...field('sender_email')} />
              <TextInput label={m.senderName} maxLength={120} {...field('sender_name')} />
              <TextInput label={m.replyTo} type="email" maxLength={320} {...field('reply_to')} />
              <TextInput
                label={m.perMinute}
                description={m.perMinuteHelp}
                inputMode="numeric"
                maxLength={5}
                {...field('per_minute')}
              />
            </div>
          </>
        )}
        <Textarea label={m.footer} description={m.footerHelp} autosize minRows={2} maxLength={500} {...field('footer')} />
        {save.error && Object.keys(refused).length === 0 && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(save.error)}
          </div>
        )}
        <div>
          <Button type="submit" loading={save.isPending}>
            {m.mailSave}
          </Button>
        </div>
      </form>
    </Card>
  )
}

export function TryServer() {
  const [to, setTo] = useState('')
  const test = useMutation({ mutationFn: () => api.post<Tried>(address('/mail-server/test'), { to }) })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    test.mutate()
  }
  return (
    <Card title={m.mailTest}>
      <form noValidate className="stack" onSubmit={submit}>
        <TextInput
          label={m.mailTestTo}
          type="email"
          maxLength={320}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" variant="default" loading={test.isPending}>
            {m.mailTest}
          </Button>
        </div>
        <div role="status">
          {test.data && (
            <span style={{ color: `var(--sc-${test.data.ok ? 'success' : 'danger'})` }}>{test.data.message}</span>
          )}
          {test.error && <span style={{ color: 'var(--sc-danger)' }}>{problemText(test.error)}</span>}
        </div>
      </form>
    </Card>
  )
}
