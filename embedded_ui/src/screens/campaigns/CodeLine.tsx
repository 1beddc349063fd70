import type { Member } from '../../api/campaigns'
import { Code } from '../../parts/Code'
import { k } from '../../text/campaigns'

/** What somebody has of the incentives: a code in hand, one held, or the wait for one. */
export function CodeLine({ member }: { member: Member }) {
  return (
    <>
      {member.codes.map((code) =>
        code.released ? (
          <div key={code.code_id} className="row" title={code.incentive}>
            <Code code={code.code} live={code.state === 'live'} />
            {code.state !== 'live' && <Mark tone="neutral" mark="square" words={k.off} />}
          </div>
        ) : (
          <Mark key={code.code_id} tone="info" mark="half" words={`${k.held} ${code.code}`} />
        ),
      )}
      {member.waits_for && (
        <Mark
          tone="warning"
          mark="ring"
          words={member.waits_for === member.stage ? k.waiting : k.waitsFor(k.stages[member.waits_for])}
        />
      )}
    </>
  )
}

function Mark({ tone, mark, words }: { tone: string; mark: string; words: string }) {
  return (
    <div>
      <span className="badge" data-tone={tone}>
        <i className="mark" data-mark={mark} aria-hidden />
        {words}
      </span>
    </div>
  )
}
