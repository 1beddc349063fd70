import '../../styles/modal'
import '../../styles/codes.css'
import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { showToast } from '../../host/toast'
import { date } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Code } from '../../parts/Code'
import { Facts } from '../../parts/Facts'
import { Failed } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { Status } from '../../parts/Status'
import { Line } from '../../parts/Waiting'
import { useFocusBack } from '../../parts/useFocusBack'
import { useZone } from '../../session'
import { t } from '../../text'
import { c } from '../../text/codes'
import { ActForm } from './ActForm'
import { codeQuery, type Act, type CodeDetail } from './queries'
import { ShareLinkForm } from './ShareLinkForm'

interface CodeDialogProps {
  codeId: number
  /** What the dialog opens with, where somebody asked for one act. */
  act?: Act | undefined
  onClose: () => void
}

/** One code: what it is, what can be done with it, and its share link. */
export default function CodeDialog({ codeId, act, onClose }: CodeDialogProps) {
  useFocusBack()
  const { data: code, error, refetch } = useQuery(codeQuery(codeId))
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={code ? <span className="mono">{code.code}</span> : t.influencers.code}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {code ? (
        <OneCode key={code.id} code={code} first={act} onClose={onClose} />
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="stack" aria-busy style={{ minHeight: 280 }}>
          {Array.from({ length: 5 }, (_, index) => (
            <Line key={index} width="70%" height={24} />
          ))}
        </div>
      )}
    </Modal>
  )
}

function OneCode({ code, first, onClose }: { code: CodeDetail; first: Act | undefined; onClose: () => void }) {
  const [act, setAct] = useState<Act | null>(first && code.can.includes(first) ? first : null)
  if (act) {
    return (
      <ActForm
        code={code}
        act={act}
        onBack={() => setAct(null)}
        onDone={async (words) => {
          setAct(null)
          if (act === 'edit' || act === 'retire') onClose()
          await showToast(words)
        }}
      />
    )
  }
  return (
    <div className="stack wide">
      <News code={code} />
      <CodeFacts code={code} onClose={onClose} />
      {code.can.length > 0 && (
        <Permitted to="issue">
          <div className="row wrap">
            {code.can.map((each) => (
              <Button
                key={each}
                size="compact-sm"
                variant={each === 'retire' ? 'subtle' : 'default'}
                {...(each === 'retire' && { color: 'danger.6' })}
                onClick={() => setAct(each)}
              >
                {c.acts[each]}
              </Button>
            ))}
          </div>
        </Permitted>
      )}
      {code.share_url && code.state === 'live' && <ShareLinkForm code={code} />}
    </div>
  )
}

/** What is going on with it at present: at most one banner. */
function News({ code }: { code: CodeDetail }) {
  const next = code.replaced_by
  if (code.due === 'rotate' && next) {
    const failed = next.state === 'failed'
    return <Banner tone={failed ? 'warning' : 'info'} title={c.rotating(next.code, next.state)} />
  }
  if (code.due === 'off') return <Banner tone="info" title={c.goingOff} />
  if (!code.tracked) return <Banner tone="info" title={c.notTrackedText} />
  if (code.message) return <Banner tone="warning" title={code.message} />
  return null
}

function CodeFacts({ code, onClose }: { code: CodeDetail; onClose: () => void }) {
  const zone = useZone()
  const holder = code.influencer ? (
    <Link to={`/influencers/${code.influencer.id}`} onClick={onClose}>
      <bdi>{code.influencer.name}</bdi>
    </Link>
  ) : code.state === 'retired' ? (
    c.nobody
  ) : (
    c.pooled
  )
  const offer = (
    <Link to={`/offers/${code.offer.id}`} onClick={onClose}>
      {code.offer.name}
    </Link>
  )
  return (
    <Facts
      items={[
        [t.influencers.state, <Status key="state" of={code.state} />],
        [t.influencers.code, <Code key="code" code={code.code} live={code.state === 'live'} shown />],
        [c.holder, holder],
        [c.offer, offer],
        [c.store, code.store.name],
        ...(code.live_at ? ([[c.since, date(code.live_at, zone)]] as [string, string][]) : []),
        ...(code.source === 'imported' ? ([[c.source, c.imported]] as [string, string][]) : []),
        ...(code.replaces ? ([[c.replaces, code.replaces.code]] as [string, string][]) : []),
        ...(code.replaced_by ? ([[c.replacedBy, code.replaced_by.code]] as [string, string][]) : []),
      ]}
    />
  )
}
