import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { Failed, problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { CardSkeleton } from '../../parts/Waiting'
import { c } from '../../text/codes'
import { defaultsQuery, UTM, type Utm } from './queries'

/** What share links carry where their offer has no values of its own. */
export function ShareDefaults() {
  const { data, error, refetch } = useQuery(defaultsQuery)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <CardSkeleton lines={5} />
  return <DefaultsForm saved={data} />
}

function DefaultsForm({ saved }: { saved: Utm }) {
  const client = useQueryClient()
  const [values, setValues] = useState(saved)
  const save = useMutation({
    mutationFn: () => api.put<Utm>(address('/share-defaults'), values),
    onSuccess: async (now) => {
      client.setQueryData(defaultsQuery.queryKey, now)
      await showToast(c.defaultsSaved)
    },
  })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Card title={c.defaultsTitle}>
      <form noValidate className="stack" onSubmit={submit}>
        <div className="muted">{c.defaultsText}</div>
        <div className="pair">
          {UTM.map((name) => (
            <TextInput
              key={name}
              label={c.utmFields[name]}
              value={values[name]}
              maxLength={100}
              error={refused[name]}
              onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
            />
          ))}
        </div>
        {save.error && Object.keys(refused).length === 0 && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(save.error)}
          </div>
        )}
        <div>
          <Permitted to="issue">
            <Button type="submit" variant="default" loading={save.isPending}>
              {c.saveDefaults}
            </Button>
          </Permitted>
        </div>
      </form>
    </Card>
  )
}
