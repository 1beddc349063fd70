import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import { watchedRosterQuery } from '../../api/queries'
import type { Roster } from '../../api/types'
import { showToast } from '../../host/toast'
import { Confirm } from '../../parts/Confirm'
import { Failed, problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Status } from '../../parts/Status'
import { CardSkeleton } from '../../parts/Waiting'
import { Permitted } from '../../parts/Permitted'
import { t } from '../../text'
import { ConnectionCard } from './ConnectionCard'
import { PullCard } from './PullCard'
import { PushCard } from './PushCard'

const back = { to: '/settings', label: t.settings.title }

export default function RosterPage() {
  const { data: roster, error, refetch } = useQuery(watchedRosterQuery)
  return (
    <Page
      title={t.roster.title}
      back={back}
      badge={roster?.connected ? <Status of="connected" /> : undefined}
      facts={roster?.connected ? (roster.name ?? roster.base_url) : t.settings.rosterNone}
      actions={
        roster?.connected && (
          <Permitted to="manage">
            <Disconnect />
          </Permitted>
        )
      }
    >
      {error && !roster ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : roster ? (
        <Content roster={roster} />
      ) : (
        <CardSkeleton lines={9} />
      )}
    </Page>
  )
}

function Content({ roster }: { roster: Roster }) {
  const connection = (
    <Permitted to="manage">
      <ConnectionCard roster={roster} key={roster.base_url} />
    </Permitted>
  )
  if (!roster.connected) return connection
  return (
    <div className="columns">
      <div className="stack wide">
        <PullCard roster={roster} />
        <PushCard push={roster.push} />
      </div>
      {connection}
    </div>
  )
}

function Disconnect() {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const disconnect = useMutation({
    mutationFn: () => api.remove<undefined>(address('/roster')),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['roster'] })
      setAsking(false)
      await showToast(t.roster.disconnected)
    },
  })
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t.roster.disconnect}
      </Button>
      <Confirm
        opened={asking}
        risky
        title={t.roster.disconnectTitle}
        action={t.roster.disconnect}
        busy={disconnect.isPending}
        error={disconnect.error ? problemText(disconnect.error) : undefined}
        onConfirm={() => disconnect.mutate()}
        onClose={() => setAsking(false)}
      >
        {t.roster.disconnectText}
      </Confirm>
    </>
  )
}
