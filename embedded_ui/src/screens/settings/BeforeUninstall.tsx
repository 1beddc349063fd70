import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { StoreHealth } from '../../api/types'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { useMay } from '../../session'
import { t } from '../../text'

/** Codes outlive the app: whoever wants them to stop has to say so while we can still tell the store. */
export function BeforeUninstall({ store }: { store: StoreHealth }) {
  const client = useQueryClient()
  const manages = useMay('manage')
  const [asking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: () => api.post<{ ended: number }>(address(`/stores/${store.id}/end-offers`)),
    onSuccess: async ({ ended }) => {
      setAsking(false)
      await client.invalidateQueries()
      await showToast(t.trust.endedAll(ended))
    },
  })
  const none = store.open_offers === 0
  return (
    <Card title={t.trust.uninstall}>
      <div className="stack">
        <div className="muted">{t.trust.uninstallText}</div>
        <div className="row wrap">
          <span className="grow">{none ? t.trust.noOpenOffers : t.trust.openOffers(store.open_offers)}</span>
          {!none && (
            <Button
              variant="default"
              disabled={!manages}
              title={manages ? undefined : t.trust.cannot.manage}
              onClick={() => setAsking(true)}
            >
              {t.trust.endAll}
            </Button>
          )}
        </div>
      </div>
      <Confirm
        opened={asking}
        risky
        title={t.trust.endAllTitle(store.open_offers, store.name)}
        action={t.trust.endAll}
        busy={end.isPending}
        error={end.error ? problemText(end.error) : undefined}
        onConfirm={() => end.mutate()}
        onClose={() => setAsking(false)}
      >
        {t.trust.endAllText}
      </Confirm>
    </Card>
  )
}
