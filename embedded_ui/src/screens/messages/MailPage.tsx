import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import { showToast } from '../../host/toast'
import { Banner } from '../../parts/Banner'
import { Confirm } from '../../parts/Confirm'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Permitted } from '../../parts/Permitted'
import { Status } from '../../parts/Status'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { m } from '../../text/messages'
import { MailForm, TryServer } from './MailForm'
import { mailServerQuery, type MailServer } from './queries'

const back = { to: '/settings', label: t.settings.title }

export default function MailPage() {
  const { data: server, error, refetch } = useQuery(mailServerQuery)
  return (
    <Page
      title={m.mail}
      back={back}
      badge={server?.connected ? <Status of={server.trouble ? 'attention' : 'connected'} /> : undefined}
      facts={server?.connected && server.waiting > 0 ? m.waiting(server.waiting) : m.mailFacts}
      actions={
        server?.connected && (
          <Permitted to="manage">
            <Forget />
          </Permitted>
        )
      }
    >
      {error && !server ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : server ? (
        <Content server={server} />
      ) : (
        <CardSkeleton lines={9} />
      )}
    </Page>
  )
}

function Content({ server }: { server: MailServer }) {
  return (
    <div className="stack wide">
      {server.trouble && (
        <Banner tone="warning" title={m.serverTrouble}>
          {server.trouble} {m.serverGoesOn}
        </Banner>
      )}
      <Permitted to="manage">
        <div className="stack wide">
          <MailForm server={server} key={String(server.connected)} />
          {server.connected && server.via === 'smtp' && <TryServer />}
        </div>
      </Permitted>
    </div>
  )
}

function Forget() {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const forget = useMutation({
    mutationFn: () => api.remove<undefined>(address('/mail-server')),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['messages'] })
      setAsking(false)
      await showToast(m.mailForgotten)
    },
  })
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {m.mailForget}
      </Button>
      <Confirm
        opened={asking}
        risky
        title={m.mailForgetTitle}
        action={m.mailForget}
        busy={forget.isPending}
        error={forget.error ? problemText(forget.error) : undefined}
        onConfirm={() => forget.mutate()}
        onClose={() => setAsking(false)}
      >
        {m.mailForgetText}
      </Confirm>
    </>
  )
}
