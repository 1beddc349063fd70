import { useMutation, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { Campaign } from '../../api/campaigns'
import { showToast } from '../../host/toast'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { k } from '../../text/campaigns'
import { campaignsChanged } from './queries'

export default function ActivateDialog({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const client = useQueryClient()
  const held = campaign.incentives.reduce((sum, incentive) => sum + incentive.pool.held, 0)
  const activate = useMutation({
    mutationFn: () => api.post<{ released: number }>(address(`/campaigns/${campaign.id}/activate`)),
    onSuccess: async ({ released }) => {
      onClose()
      await campaignsChanged(client)
      await showToast(k.activated(released))
    },
  })
  return (
    <Confirm
      opened
      title={k.activateTitle(campaign.name)}
      action={k.activateAction(held)}
      busy={activate.isPending}
      error={activate.error ? problemText(activate.error) : undefined}
      onConfirm={() => activate.mutate()}
      onClose={onClose}
    >
      {k.activateText(held)}
    </Confirm>
  )
}
