import { Button } from '@mantine/core'
import { IconGift } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { Campaign, Incentive } from '../../api/campaigns'
import { int, money } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Confirm } from '../../parts/Confirm'
import { Empty } from '../../parts/Empty'
import { Facts } from '../../parts/Facts'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { campaignsChanged } from './queries'
import { MessageName } from './ReleaseMessage'

interface SetupTabProps {
  campaign: Campaign
  open: boolean
  onAdd: () => void
  onEdit: (incentive: Incentive) => void
  onCodes: (incentive: Incentive) => void
}

export function SetupTab({ campaign, open, onAdd, onEdit, onCodes }: SetupTabProps) {
  const [leaving, setLeaving] = useState<Incentive | null>(null)
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: (incentive: Incentive) => api.remove(address(`/incentives/${incentive.id}`, { confirm: true })),
    onSuccess: async () => {
      setLeaving(null)
      await campaignsChanged(client)
    },
  })
  const add = (
    <Permitted to="issue">
      <Button variant={campaign.incentives.length > 0 ? 'default' : 'filled'} onClick={onAdd}>
        {k.incentive.add}
      </Button>
    </Permitted>
  )
  return (
    <div className="stack wide">
      {campaign.notes && (
        <Card title={k.form.notes}>
          <div style={{ whiteSpace: 'pre-wrap' }}>{campaign.notes}</div>
        </Card>
      )}
      {campaign.incentives.map((incentive) => (
        <Card
          key={incentive.id}
          title={incentive.name}
          aside={
            open && (
              <Permitted to="issue">
                <span className="row">
                  <Button size="compact-sm" variant="default" onClick={() => onCodes(incentive)}>
                    {k.pool.add}
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={() => onEdit(incentive)}>
                    {t.actions.edit}
                  </Button>
                  {incentive.pool.released === 0 && (
                    <Button size="compact-sm" variant="subtle" color="ink.7" onClick={() => setLeaving(incentive)}>
                      {k.incentive.delete}
                    </Button>
                  )}
                </span>
              </Permitted>
            )
          }
        >
          <Terms incentive={incentive} />
        </Card>
      ))}
      {campaign.incentives.length === 0 ? (
        <section className="card">
          <Empty icon={<IconGift size={28} aria-hidden />} title={k.incentive.emptyTitle} text={k.incentive.emptyText}>
            {open && add}
          </Empty>
        </section>
      ) : (
        open && <div>{add}</div>
      )}
      <Confirm
        opened={leaving !== null}
        title={leaving ? k.incentive.deleteTitle(leaving.name) : ''}
        action={k.incentive.delete}
        risky
        busy={remove.isPending}
        error={remove.error ? problemText(remove.error) : undefined}
        onConfirm={() => leaving && remove.mutate(leaving)}
        onClose={() => setLeaving(null)}
      >
        {k.incentive.deleteText}
      </Confirm>
    </div>
  )
}

function Terms({ incentive }: { incentive: Incentive }) {
  const { pool } = incentive
  return (
    <Facts
      items={[
        ...(incentive.description ? ([[k.incentive.description, incentive.description]] as [string, string][]) : []),
        [k.incentive.timing, `${k.incentive.timings[incentive.timing]} (${k.stages[incentive.timing]})`],
        [k.incentive.message, <MessageName key="message" id={incentive.template_id} />],
        [k.incentive.purpose, k.incentive.purposes[incentive.purpose]],
        [k.incentive.value, incentive.value ? money(incentive.value) : t.none],
        [k.incentive.cost, incentive.cost ? money(incentive.cost) : t.none],
        [k.incentive.store, incentive.store_name],
        [k.incentive.offer, incentive.offer ? `${incentive.offer.name} (${incentive.offer.pattern})` : k.incentive.noOffer],
        [k.incentive.level, incentive.warn_at > 0 ? int(incentive.warn_at) : t.none],
        [k.codes.text, pool.total > 0 ? k.pool.left(pool.left, pool.total) : k.pool.empty],
      ]}
    />
  )
}
