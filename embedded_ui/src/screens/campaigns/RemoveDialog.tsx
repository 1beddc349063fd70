import { useMutation, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { Campaign, MembersBody } from '../../api/campaigns'
import { showToast } from '../../host/toast'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { k } from '../../text/campaigns'
import { campaignsChanged } from './queries'

interface RemoveDialogProps {
  campaign: Campaign
  members: MembersBody
  count: number
  onClose: () => void
  onRemoved: () => void
}

export default function RemoveDialog({ campaign, members, count, onClose, onRemoved }: RemoveDialogProps) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.post<{ removed: number }>(address(`/campaigns/${campaign.id}/members/remove`), { members }),
    onSuccess: async ({ removed }) => {
      onClose()
      onRemoved()
      await campaignsChanged(client)
      await showToast(k.removed(removed))
    },
  })
  return (
    <Confirm
      opened
      title={k.removeTitle(count)}
      action={k.remove}
      risky
      busy={remove.isPending}
      error={remove.error ? problemText(remove.error) : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {k.removeText}
    </Confirm>
  )
}
