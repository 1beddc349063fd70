import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type SyntheticEvent } from 'react'
import { useNavigate } from 'react-router'
import { address, api, ApiError } from '../../api/client'
import type { KeyGrant } from '../../api/types'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { w } from '../../text/woo'

/** The store asks for the merchant's yes in a tab of its own; this card watches for the outcome. */
export function WooByKeys() {
  const [shop, setShop] = useState('')
  const [checked, setChecked] = useState(false)
  const ask = useMutation({
    mutationFn: () => api.post<KeyGrant & { authorize_url: string }>(address('/key-grants'), { store_url: shop.trim() }),
    onSuccess: ({ authorize_url }) => window.open(authorize_url, '_blank', 'noopener'),
  })
  const refused = ask.error instanceof ApiError ? ask.error.fields : {}
  const empty = shop.trim() === ''
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setChecked(true)
    if (empty) document.getElementById('woo-address')?.focus()
    else ask.mutate()
  }
  if (ask.data) return <Watched asked={ask.data} onAgain={() => ask.reset()} />
  return (
    <Card title={w.byKeys}>
      <form noValidate className="stack" onSubmit={submit}>
        <div className="muted">{w.byKeysText}</div>
        <div className="muted">{w.missing}</div>
        <TextInput
          id="woo-address"
          type="url"
          label={w.address}
          placeholder={w.addressHint}
          value={shop}
          maxLength={300}
          autoComplete="off"
          error={refused.store_url ?? (checked && empty && w.addressMissing)}
          onChange={(event) => setShop(event.currentTarget.value)}
        />
        {ask.error && !refused.store_url && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(ask.error)}
          </div>
        )}
        <div>
          <Button type="submit" variant="default" loading={ask.isPending}>
            {w.go}
          </Button>
        </div>
      </form>
    </Card>
  )
}

function Watched({ asked, onAgain }: { asked: KeyGrant & { authorize_url: string }; onAgain: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data: grant = asked } = useQuery({
    queryKey: ['key-grants', asked.id],
    queryFn: ({ signal }) => api.get<KeyGrant>(address(`/key-grants/${asked.id}`), signal),
    refetchInterval: ({ state: { data } }) => (data && ['connected', 'failed'].includes(data.state) ? false : 2_000),
  })
  const storeId = grant.state === 'connected' ? grant.store_id : null

  useEffect(() => {
    if (!storeId) return
    void client.invalidateQueries()
    void showToast(w.connected)
    void navigate(`/stores/${storeId}`)
  }, [storeId, client, navigate])

  const failed = grant.state === 'failed'
  return (
    <Card title={w.byKeys}>
      <div className="stack" role="status">
        <div className="strong">{grant.store_url}</div>
        {failed ? (
          <div style={{ color: 'var(--sc-danger)' }}>
            {w.failed} {grant.message}
          </div>
        ) : (
          <div className="muted">{grant.state === 'granted' ? w.granted : w.waiting}</div>
        )}
        <div className="row wrap">
          {grant.state === 'waiting' && (
            <Button component="a" href={asked.authorize_url} target="_blank" rel="noopener" variant="default">
              {w.open}
            </Button>
          )}
          {grant.state !== 'connected' && (
            <Button variant="subtle" onClick={onAgain}>
              {w.again}
            </Button>
          )}
        </div>
      </div>
    </Card>
  )
}
