import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import type { ApprovalLimits } from '../../api/types'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { Failed, problemText } from '../../parts/Failed'
import { CardSkeleton } from '../../parts/Waiting'
import { useMay } from '../../session'
import { t } from '../../text'
import { limitsQuery } from './queries'

export function LimitsCard() {
  const { data, error, refetch } = useQuery(limitsQuery)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <CardSkeleton lines={4} />
  return <LimitsForm limits={data} />
}

function LimitsForm({ limits }: { limits: ApprovalLimits }) {
  const client = useQueryClient()
  const manages = useMay('manage')
  const [percentage, setPercentage] = useState(limits.percentage ?? '')
  const [codes, setCodes] = useState(limits.codes === null ? '' : String(limits.codes))
  const [checked, setChecked] = useState(false)
  const wrong = codes.trim() !== '' && !/^\d{1,7}$/.test(codes.trim())
  const save = useMutation({
    mutationFn: () =>
      api.put<ApprovalLimits>(address('/approval-limits'), {
        percentage: percentage.trim() === '' ? null : percentage.trim(),
        codes: codes.trim() === '' ? null : Number(codes.trim()),
      }),
    onSuccess: async (saved) => {
      client.setQueryData(['approval-limits'], saved)
      await showToast(t.trust.limitsSaved)
    },
  })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!wrong) save.mutate()
  }
  return (
    <Card title={t.trust.limits}>
      <form noValidate className="stack" onSubmit={submit}>
        <div className="muted">{manages ? t.trust.limitsText : `${t.trust.limitsText} ${t.trust.cannot.manage}`}</div>
        <TextInput
          label={t.trust.limitPercentage}
          rightSection="%"
          inputMode="decimal"
          placeholder={t.trust.limitsNone}
          value={percentage}
          disabled={!manages}
          error={refused.percentage}
          onChange={(event) => setPercentage(event.currentTarget.value)}
        />
        <TextInput
          label={t.trust.limitCodes}
          inputMode="numeric"
          placeholder={t.trust.limitsNone}
          value={codes}
          disabled={!manages}
          error={refused.codes ?? (checked && wrong && t.trust.limitCodesWrong)}
          onChange={(event) => setCodes(event.currentTarget.value)}
        />
        {save.error && Object.keys(refused).length === 0 && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(save.error)}
          </div>
        )}
        {manages && (
          <div>
            <Button type="submit" variant="default" loading={save.isPending}>
              {t.trust.limitsSave}
            </Button>
          </div>
        )}
      </form>
    </Card>
  )
}
