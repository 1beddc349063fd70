import '../../styles/modal'
import { Button, Modal, NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { address, api } from '../../api/client'
import type { Campaign } from '../../api/campaigns'
import { labelsQuery } from '../../api/queries'
import { showToast } from '../../host/toast'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { Option } from './MoveDialog'
import { campaignsChanged } from './queries'

type Who = 'everybody' | 'tag' | 'group'

/** People by a tag, a group, or all; one by one they are picked in the influencer table. */
export default function AddMembers({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  useFocusBack()
  const client = useQueryClient()
  const [who, setWho] = useState<Who>('everybody')
  const [label, setLabel] = useState('')
  const labels = useQuery(labelsQuery)
  const filter = who === 'everybody' ? {} : label ? { [who]: label } : null
  const count = useQuery({
    queryKey: ['influencers', 'count', filter],
    queryFn: ({ signal }) => api.get<{ total: number }>(address('/influencers', { ...filter, limit: 1 }), signal),
    enabled: filter !== null,
  })
  const total = filter ? (count.data?.total ?? 0) : 0
  const add = useMutation({
    mutationFn: () =>
      api.post<{ added: number; there: number }>(address(`/campaigns/${campaign.id}/members`), { selection: { filter } }),
    onSuccess: async ({ added, there }) => {
      await campaignsChanged(client)
      onClose()
      await showToast(k.add.done(added, there))
    },
  })
  const choices = who === 'tag' ? labels.data?.tags : labels.data?.groups
  const pick = (next: Who) => {
    setWho(next)
    setLabel('')
  }
  return (
    <Modal opened onClose={onClose} title={k.add.title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <div className="stack wide">
        <fieldset className="choices">
          <legend>{k.add.who}</legend>
          {(['everybody', 'tag', 'group'] as const).map((value) => (
            <Option key={value} name="who" checked={who === value} label={k.add[value]} onPick={() => pick(value)} />
          ))}
        </fieldset>
        {who !== 'everybody' && (
          <NativeSelect
            aria-label={k.add[who]}
            data={[
              { value: '', label: k.add.choose },
              ...(choices ?? []).map((one) => ({ value: one.label, label: `${one.label} (${one.count})` })),
            ]}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
        )}
        <div className="row between wrap">
          <span role="status" className="muted figures">
            {filter && count.data ? k.add.matching(total) : ' '}
          </span>
          <Link to="/influencers">{k.add.oneByOne}</Link>
        </div>
        {add.error && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(add.error)}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button data-autofocus disabled={total === 0} loading={add.isPending} onClick={() => add.mutate()}>
            {k.add.submit(total)}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
