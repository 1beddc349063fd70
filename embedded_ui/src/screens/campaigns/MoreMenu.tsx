import { Button, Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { address, api, download } from '../../api/client'
import type { Campaign } from '../../api/campaigns'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { campaignsChanged } from './queries'

const CampaignDialog = lazy(() => import('./CampaignDialog'))

interface MoreMenuProps {
  campaign: Campaign
  open: boolean
  icon: ReactNode
}

export function MoreMenu({ campaign, open, icon }: MoreMenuProps) {
  const [asking, setAsking] = useState<'edit' | 'end' | 'delete' | null>(null)
  const navigate = useNavigate()
  const client = useQueryClient()
  const close = () => setAsking(null)
  const act = useMutation({
    mutationFn: (what: 'end' | 'delete') =>
      what === 'end'
        ? api.post(address(`/campaigns/${campaign.id}/end`))
        : api.remove(address(`/campaigns/${campaign.id}`)),
    onSuccess: async (_, what) => {
      close()
      if (what === 'delete') {
        void navigate('/campaigns')
        await client.invalidateQueries({ queryKey: ['campaigns', 'list'] })
      } else await campaignsChanged(client)
    },
  })
  const save = (path: string, name: string) => void download(address(`/campaigns/${campaign.id}/${path}`), name)
  const error = act.error ? problemText(act.error) : undefined
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={8} aria-label={t.actions.more}>
            {icon}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {open && <Menu.Item onClick={() => setAsking('edit')}>{k.edit}</Menu.Item>}
          <Menu.Item onClick={() => save('members.csv', `${campaign.name}.csv`)}>{k.exportMembers}</Menu.Item>
          <Menu.Item onClick={() => save('results.csv', `${campaign.name} results.csv`)}>{k.exportResults}</Menu.Item>
          {open && campaign.state === 'active' && <Menu.Item onClick={() => setAsking('end')}>{k.end}</Menu.Item>}
          {open && campaign.state === 'draft' && <Menu.Item onClick={() => setAsking('delete')}>{k.delete}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>{asking === 'edit' && <CampaignDialog campaign={campaign} onClose={close} />}</Suspense>
      <Confirm
        opened={asking === 'end'}
        title={k.endTitle(campaign.name)}
        action={k.end}
        risky
        busy={act.isPending}
        error={error}
        onConfirm={() => act.mutate('end')}
        onClose={close}
      >
        {k.endText}
      </Confirm>
      <Confirm
        opened={asking === 'delete'}
        title={k.deleteTitle(campaign.name)}
        action={k.delete}
        risky
        busy={act.isPending}
        error={error}
        onConfirm={() => act.mutate('delete')}
        onClose={close}
      >
        {k.deleteText(campaign.members)}
      </Confirm>
    </>
  )
}
