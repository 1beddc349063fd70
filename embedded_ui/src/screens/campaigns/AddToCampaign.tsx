import '../../styles/modal'
import { Button, Modal, NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { address, api } from '../../api/client'
import { showToast } from '../../host/toast'
import { toBody, type Selection } from '../../lib/selection'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { campaignsChanged, campaignsQuery } from './queries'

interface AddToCampaignProps {
  selection: Selection
  count: number
  onClose: () => void
}

/** From the influencer table: those selected into a campaign, 10,000 as well as one. */
export default function AddToCampaign({ selection, count, onClose }: AddToCampaignProps) {
  useFocusBack()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [chosen, setChosen] = useState<string | null>(null)
  const { data, error } = useQuery(campaignsQuery(''))
  const open = data?.items.filter((campaign) => campaign.state !== 'ended') ?? []
  const id = chosen ?? (open[0] ? String(open[0].id) : '')
  const add = useMutation({
    mutationFn: () =>
      api.post<{ added: number; there: number }>(address(`/campaigns/${id}/members`), { selection: toBody(selection) }),
    onSuccess: async ({ added, there }) => {
      await campaignsChanged(client)
      onClose()
      void navigate(`/campaigns/${id}`)
      await showToast(k.add.done(added, there))
    },
  })
  const failure = add.error ?? error
  return (
    <Modal opened onClose={onClose} title={k.add.toCampaign} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <div className="stack wide">
        <div className="muted">{k.add.for(count)}</div>
        {data && open.length === 0 ? (
          <div>
            {k.add.none} <Link to="/campaigns">{k.add.makeNew}</Link>
          </div>
        ) : (
          <NativeSelect
            data-autofocus
            label={k.add.campaign}
            data={open.map((campaign) => ({ value: String(campaign.id), label: campaign.name }))}
            value={id}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        )}
        {failure && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(failure)}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button disabled={!id} loading={add.isPending} onClick={() => add.mutate()}>
            {k.add.submit(count)}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
