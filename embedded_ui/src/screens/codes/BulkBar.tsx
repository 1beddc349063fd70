import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { OfferCode } from '../../api/types'
import { showToast } from '../../host/toast'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { c } from '../../text/codes'
import { changeQuery, useForgetCodes, type Changed } from './queries'

type Many = 'disable' | 'enable' | 'retire'

const FITS: Record<Many, string[]> = {
  disable: ['live', 'queued'],
  enable: ['disabled'],
  retire: ['live', 'queued', 'failed', 'disabled'],
}

interface BulkBarProps {
  codes: OfferCode[]
  onClear: () => void
  /** What is under way now; null where codes are put back, which a run shows. */
  onChanged: (change: number | null) => void
}

/** What can be done with the codes selected: each button says how many it takes. */
export function BulkBar({ codes, onClear, onChanged }: BulkBarProps) {
  const [asking, setAsking] = useState<Many | null>(null)
  const change = useManyCodes((changed) => {
    setAsking(null)
    onChanged(changed.change?.id ?? null)
    onClear()
  })
  const fitting = (act: Many) => codes.filter((code) => FITS[act].includes(code.state)).map((code) => code.id)
  return (
    <div className="bar" data-selected>
      <span className="strong" role="status">
        {c.selected(codes.length)}
      </span>
      <button type="button" className="text-button" onClick={onClear}>
        {c.clear}
      </button>
      <span className="grow" />
      {(['disable', 'enable', 'retire'] as const).map((act) => {
        const count = fitting(act).length
        return count > 0 ? (
          <Button key={act} size="compact-sm" variant="default" onClick={() => setAsking(act)}>
            {c.many[act].action(count)}
          </Button>
        ) : null
      })}
      {asking && (
        <Confirm
          opened
          risky={asking !== 'enable'}
          title={`${c.many[asking].action(fitting(asking).length)}?`}
          action={c.acts[asking]}
          busy={change.isPending}
          error={change.error ? problemText(change.error) : undefined}
          onConfirm={() => change.mutate({ action: asking, code_ids: fitting(asking) })}
          onClose={() => {
            setAsking(null)
            change.reset()
          }}
        >
          {c.many[asking].text}
        </Confirm>
      )}
    </div>
  )
}

/** A change of many codes. What the store has yet to be told goes on without the page. */
export function useManyCodes(onDone: (changed: Changed) => void) {
  const forget = useForgetCodes()
  return useMutation({
    mutationFn: (body: { action: Many; code_ids?: number[]; influencer_id?: number }) =>
      api.post<Changed>(address('/code-changes'), body),
    onSuccess: async (changed, { action }) => {
      await forget()
      onDone(changed)
      const put = changed.runs.reduce((sum, run) => sum + run.total, 0)
      await showToast(action === 'enable' ? c.enabling(put) : c.changed[action](changed.change?.total ?? 0))
    },
  })
}

/** "250 of 1,000 codes off in the store", for as long as it takes. */
export function ChangeProgress({ id }: { id: number }) {
  const { data } = useQuery(changeQuery(id))
  if (data?.state !== 'running') return null
  return (
    <div role="status" className="card-body muted figures">
      {c.progress(data.done, data.total)}
      {data.trouble && ` · ${data.trouble}`}
    </div>
  )
}
