import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { showToast } from '../../host/toast'
import { ago, dateTime } from '../../lib/format'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { useZone } from '../../session'
import { m } from '../../text/messages'
import { MessageStatus } from './MessageStatus'
import { useMessageWrite, type Message } from './queries'

/** `named` false: on the person's own page. */
export function MessageRow({ message, named = true }: { message: Message; named?: boolean }) {
  const zone = useZone()
  const at = message.sent_at ?? message.created_at
  const kind = message.kind === 'bulk' ? '' : m.kinds[message.kind]
  const what = [message.template?.name, kind].filter(Boolean)
  const about = named ? what : what.slice(1)
  return (
    <li className="message-row">
      <div className="grow">
        <div className="row wrap" style={{ gap: '2px 8px' }}>
          {named ? (
            <Link className="strong plain-link" to={`/influencers/${message.influencer.id}`}>
              <bdi>{message.influencer.name}</bdi>
            </Link>
          ) : (
            <span className="strong">{what[0]}</span>
          )}
          <MessageStatus state={message.state}>
            {message.state === 'sent' && message.via === 'roster' ? m.handed : undefined}
          </MessageStatus>
        </div>
        <div className="muted small">
          {[...about, message.address].filter(Boolean).join(' · ')}
          {message.code && <span className="mono"> {message.code}</span>}
        </div>
        {message.detail && message.state !== 'sent' && <div className="small">{message.detail}</div>}
      </div>
      <span className="muted small" title={dateTime(at, zone)}>
        {ago(at, zone)}
      </span>
      <Acts message={message} />
    </li>
  )
}

const ACTS = {
  uncertain: [
    ['resend', m.resend, m.resent],
    ['mark-sent', m.markSent, m.marked],
  ],
  failed: [['resend', m.resend, m.resent]],
  queued: [['withdraw', m.withdraw, m.withdrawn]],
  held: [['withdraw', m.withdraw, m.withdrawn]],
} as const

function Acts({ message }: { message: Message }) {
  const acts = message.state in ACTS ? ACTS[message.state as keyof typeof ACTS] : []
  if (acts.length === 0) return null
  return (
    <Permitted to="issue">
      <div className="row">
        {acts.map(([act, label, done]) => (
          <Act key={act} path={`/messages/${message.id}/${act}`} label={label} done={done} whom={message.influencer.name} />
        ))}
      </div>
    </Permitted>
  )
}

function Act({ path, label, done, whom }: { path: string; label: string; done: string; whom: string }) {
  const act = useMessageWrite(path, () => showToast(done))
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={act.isPending}
      {...(act.error && { title: problemText(act.error), color: 'red' })}
      onClick={() => act.mutate({})}
    >
      {label}
      <span className="visually-hidden"> {whom}</span>
    </Button>
  )
}
