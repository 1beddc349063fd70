import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import type { ApiKey, Scope } from '../../api/types'
import { Banner } from '../../parts/Banner'
import { Card } from '../../parts/Card'
import { Code } from '../../parts/Code'
import { problemText } from '../../parts/Failed'
import { t } from '../../text'

const SCOPES: Scope[] = ['read', 'issue', 'manage']

/** The key itself is in the answer alone: it is shown until the person says that it is copied. */
export function NewKey() {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('read')
  const [empty, setEmpty] = useState(false)
  const make = useMutation({
    mutationFn: () => api.post<ApiKey & { key: string }>(address('/keys'), { name: name.trim(), scope }),
    onSuccess: async () => {
      setName('')
      await client.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setEmpty(name.trim() === '')
    if (name.trim() === '') document.getElementById('key-name')?.focus()
    else make.mutate()
  }
  const refused = make.error instanceof ApiError ? make.error.fields : {}

  if (make.data) {
    return (
      <Banner
        tone="success"
        title={t.trust.keyMade}
        actions={
          <Button variant="default" onClick={() => make.reset()}>
            {t.trust.done}
          </Button>
        }
      >
        <Code code={make.data.key} live shown />
      </Banner>
    )
  }
  return (
    <Card title={t.trust.newKey}>
      <form noValidate className="stack" onSubmit={submit}>
        <TextInput
          id="key-name"
          label={t.trust.keyName}
          description={t.trust.keyNameHelp}
          value={name}
          maxLength={120}
          autoComplete="off"
          error={refused.name ?? (empty && name.trim() === '' && t.trust.keyNameMissing)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t.trust.scope}
          data={SCOPES.map((value) => ({ value, label: t.trust.scopes[value] }))}
          value={scope}
          onChange={(event) => setScope(event.currentTarget.value as Scope)}
        />
        {make.error && !refused.name && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(make.error)}
          </div>
        )}
        <div>
          <Button type="submit" loading={make.isPending}>
            {t.trust.makeKey}
          </Button>
        </div>
      </form>
    </Card>
  )
}
