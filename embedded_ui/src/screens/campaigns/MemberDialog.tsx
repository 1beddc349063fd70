import '../../styles/modal'
import { Modal, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { Member, MemberCode } from '../../api/campaigns'
import { dateTime } from '../../lib/format'
import { Code } from '../../parts/Code'
import { Failed } from '../../parts/Failed'
import { Status } from '../../parts/Status'
import { useFocusBack } from '../../parts/useFocusBack'
import { useZone } from '../../session'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { memberQuery } from './queries'

/** One member: the codes they were given, and every move with its time and author. */
export default function MemberDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  useFocusBack()
  const zone = useZone()
  const { data, error, refetch } = useQuery(memberQuery(member.id))
  return (
    <Modal
      opened
      onClose={onClose}
      title={<bdi>{member.influencer.name}</bdi>}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <div className="stack wide">
        <div className="row between">
          <span>{k.stages[(data ?? member).stage]}</span>
          <Link to={`/influencers/${member.influencer.id}`}>{k.person.page}</Link>
        </div>
        {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={120} />}
        {data && (
          <>
            <section className="stack tight" aria-label={k.person.codes}>
              <div className="strong">{k.person.codes}</div>
              {data.codes.length === 0 && <div className="muted">{k.person.noCode}</div>}
              {data.codes.map((code) => (
                <CodeFacts key={code.code_id} code={code} />
              ))}
              {data.waits_for && <div className="low-text">{k.waiting}</div>}
            </section>
            <section aria-label={k.person.history}>
              <div className="strong">{k.person.history}</div>
              <ol className="history">
                {data.history.map((change) => (
                  <li key={`${change.at}${change.to_stage}`}>
                    <div>
                      {change.from_stage
                        ? k.person.moved(k.stages[change.from_stage], k.stages[change.to_stage])
                        : k.person.added}
                    </div>
                    <div className="muted small">
                      {dateTime(change.at, zone)} ·{' '}
                      {change.by === 'shoutcode' ? k.person.us : k.person.by(t.actor(change.by))}
                    </div>
                  </li>
                ))}
              </ol>
            </section>
          </>
        )}
      </div>
    </Modal>
  )
}

function CodeFacts({ code }: { code: MemberCode }) {
  const zone = useZone()
  return (
    <div>
      <div className="row wrap">
        <Code code={code.code} live={code.released && code.state === 'live'} shown />
        <Status of={code.state} />
        <span className="muted small">{code.incentive}</span>
      </div>
      <div className="muted small">
        {code.fulfilled_at ? k.person.releasedAt(dateTime(code.fulfilled_at, zone)) : k.person.heldHelp}
      </div>
      {!code.tracked && <div className="low-text small">{k.person.untracked}</div>}
    </div>
  )
}
