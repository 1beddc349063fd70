import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import type { Offer } from '../../api/types'
import { showToast } from '../../host/toast'
import { dateTime } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { problemText } from '../../parts/Failed'
import { useMay, useSession } from '../../session'
import { t } from '../../text'
import { usersQuery } from '../trust/queries'

/** What waits for a second person, for whom it waits, and why not for this one. */
export function Approval({ offer, approval }: { offer: Offer; approval: NonNullable<Offer['approval']> }) {
  const { data: users } = useQuery(usersQuery)
  const { store } = useSession()
  const me = users?.items.find((user) => user.is_me)?.actor
  const mine = approval.asked_by === me
  const may = useMay('approve')
  const approve = useAnswer(offer, 'approve', t.trust.approved(offer.name))
  const decline = useAnswer(offer, 'decline', t.trust.declined(offer.name))
  const who = users?.items.find((user) => user.actor === approval.asked_by)?.name ?? approval.asked_by
  const error = approve.error ?? decline.error
  return (
    <Banner
      tone="warning"
      title={t.trust.waitsTitle}
      actions={
        <>
          {(mine || may) && (
            <Button variant="default" loading={decline.isPending} onClick={() => decline.mutate()}>
              {mine ? t.trust.takeBack : t.trust.decline}
            </Button>
          )}
          {may && !mine && (
            <Button loading={approve.isPending} onClick={() => approve.mutate()}>
              {t.trust.approve}
            </Button>
          )}
        </>
      }
    >
      <div>{t.trust.waitsText(who, approval.reason, dateTime(approval.asked_at, store.time_zone))}</div>
      {mine ? <div>{t.trust.waitsMine}</div> : !may && <div>{t.trust.cannot.approve}</div>}
      {error && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(error)}
        </div>
      )}
    </Banner>
  )
}

function useAnswer(offer: Offer, answer: 'approve' | 'decline', toast: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post(address(`/offers/${offer.id}/${answer}`)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(toast)
    },
  })
}
