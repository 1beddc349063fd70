import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { showToast } from '../../host/toast'
import { ago } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { Line } from '../../parts/Waiting'
import { useMay, useZone } from '../../session'
import { m } from '../../text/messages'
import { portalQuery, useMessageWrite, type Portal } from './queries'

/** A person's own page: its link, and what can be done with it. The link is a key, so viewers do not see it. */
export default function PortalCard({ influencerId }: { influencerId: number }) {
  const may = useMay('issue')
  const { data, error } = useQuery({ ...portalQuery(influencerId), enabled: may })
  if (!may) return null
  return (
    <Card title={m.ownPage}>
      {data ? (
        <Content portal={data} id={influencerId} />
      ) : error ? (
        <div className="muted small">{problemText(error)}</div>
      ) : (
        <Line width="60%" height={48} />
      )}
    </Card>
  )
}

function Content({ portal, id }: { portal: Portal; id: number }) {
  const zone = useZone()
  const [asking, setAsking] = useState<'rotate' | 'revoke' | null>(null)
  const path = `/influencers/${id}/portal`
  const send = useMessageWrite(`${path}/send`, () => showToast(m.linkSent))
  const rotate = useMessageWrite(`${path}/rotate`, async () => {
    setAsking(null)
    await showToast(m.newLinkDone)
  })
  const revoke = useMessageWrite(`${path}/revoke`, () => setAsking(null))
  const again = useMessageWrite(`/influencers/${id}/write-again`)
  const act = asking === 'rotate' ? rotate : revoke
  const url = portal.url
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text)
    await showToast(m.copied)
  }
  return (
    <div className="stack">
      <div className="muted small">
        {!url ? m.closed : portal.opened_at ? m.openedAt(ago(portal.opened_at, zone)) : m.neverOpened}
      </div>
      {portal.written_to !== '' && (
        <div className="small">
          {portal.written_to === 'bounced' ? m.bouncedNote : m.unsubscribedNote}{' '}
          {portal.written_to === 'bounced' && (
            <Button variant="subtle" size="compact-sm" loading={again.isPending} onClick={() => again.mutate({})}>
              {m.writeAgain}
            </Button>
          )}
        </div>
      )}
      <div className="row wrap">
        {url && (
          <>
            <Button component="a" href={url} target="_blank" rel="noopener" variant="default" size="compact-sm">
              {m.openPage}
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => void copy(url)}>
              {m.copyLink}
            </Button>
            <Button variant="default" size="compact-sm" loading={send.isPending} onClick={() => send.mutate({})}>
              {m.sendLink}
            </Button>
          </>
        )}
        <Button variant="default" size="compact-sm" onClick={() => setAsking('rotate')}>
          {m.newLink}
        </Button>
        {url && (
          <Button variant="default" size="compact-sm" onClick={() => setAsking('revoke')}>
            {m.close}
          </Button>
        )}
      </div>
      {send.error && (
        <div role="alert" className="small" style={{ color: 'var(--sc-danger)' }}>
          {problemText(send.error)}
        </div>
      )}
      <Confirm
        opened={asking !== null}
        risky={asking === 'revoke'}
        title={asking === 'rotate' ? m.newLinkTitle : m.closeTitle}
        action={asking === 'rotate' ? m.newLink : m.close}
        busy={act.isPending}
        error={act.error ? problemText(act.error) : undefined}
        onConfirm={() => act.mutate({})}
        onClose={() => setAsking(null)}
      >
        {asking === 'rotate' ? m.newLinkText : m.closeText}
      </Confirm>
    </div>
  )
}
