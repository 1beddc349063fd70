import { Button, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { useNavigate } from 'react-router'
import { address, api, ApiError } from '../../api/client'
import type { Store } from '../../api/types'
import { showToast } from '../../host/toast'
import { clock } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Code } from '../../parts/Code'
import { problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { useMay, useSession } from '../../session'
import { t } from '../../text'
import { WooByKeys } from './WooByKeys'

const back = { to: '/settings', label: t.trust.back }

export default function LinkPage() {
  const manages = useMay('manage')
  return (
    <Page title={t.trust.link} back={back} facts={manages ? t.trust.linkFacts : t.trust.cannot.manage}>
      {manages && (
        <div className="stack wide">
          <MakeCode />
          <EnterCode />
          <WooByKeys />
        </div>
      )}
    </Page>
  )
}

function MakeCode() {
  const { store } = useSession()
  const make = useMutation({ mutationFn: () => api.post<{ code: string; expires_at: string }>(address('/link-codes')) })
  return (
    <Card title={t.trust.linkFrom}>
      <div className="stack">
        <div className="muted">{t.trust.linkFromText}</div>
        {make.data ? (
          <div role="status">
            <Code code={make.data.code} live shown />
            <div className="muted small">{t.trust.linkCode(clock(make.data.expires_at, store.time_zone))}</div>
          </div>
        ) : (
          <div>
            <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
              {t.trust.linkMake}
            </Button>
          </div>
        )}
        {make.error && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(make.error)}
          </div>
        )}
      </div>
    </Card>
  )
}

function EnterCode() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { store } = useSession()
  const [code, setCode] = useState('')
  const [checked, setChecked] = useState(false)
  const link = useMutation({
    mutationFn: () => api.post<{ items: Store[] }>(address('/stores/link'), { code }),
    onSuccess: async ({ items }) => {
      // Everything shown so far was the other workspace's.
      await client.invalidateQueries()
      await showToast(t.trust.linked(items.length))
      await navigate('/settings')
    },
  })
  const refused = link.error instanceof ApiError ? link.error.fields : {}
  const empty = code.trim() === ''
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setChecked(true)
    if (empty) document.getElementById('link-code')?.focus()
    else link.mutate()
  }
  return (
    <Card title={t.trust.linkTo}>
      <form noValidate className="stack" onSubmit={submit}>
        <div className="muted">{t.trust.linkToText(store.name)}</div>
        <TextInput
          id="link-code"
          label={t.trust.linkEnter}
          value={code}
          maxLength={60}
          autoComplete="off"
          error={refused.code ?? (checked && empty && t.trust.linkEnterMissing)}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {link.error && !refused.code && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(link.error)}
          </div>
        )}
        <div>
          <Button type="submit" loading={link.isPending}>
            {t.trust.linkIt}
          </Button>
        </div>
      </form>
    </Card>
  )
}
