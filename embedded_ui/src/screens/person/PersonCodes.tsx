import { Button } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'react-router'
import type { PersonCode } from '../../api/types'
import { date, int, money } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Code } from '../../parts/Code'
import { Confirm } from '../../parts/Confirm'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { Status } from '../../parts/Status'
import { useZone } from '../../session'
import { t } from '../../text'
import { c } from '../../text/codes'
import { useManyCodes } from '../codes/BulkBar'
import { Manage } from '../codes/CodeRows'

const CodeDialog = lazy(() => import('../codes/CodeDialog'))

export function PersonCodes({ person, codes }: { person: number; codes: PersonCode[] }) {
  const zone = useZone()
  const [open, setOpen] = useState<number | null>(null)
  const live = codes.filter((code) => code.status === 'live' && !code.until)
  return (
    <Card title={t.person.codes} flush aside={live.length > 1 && <DisableAll person={person} count={live.length} />}>
      {codes.length === 0 ? (
        <div className="card-body muted">{t.person.noCodes}</div>
      ) : (
        <ul className="list" style={{ marginTop: 6 }}>
          {codes.map((code) => (
            <li key={code.id} className="row wrap">
              <div className="grow" style={{ minWidth: 180 }}>
                <Code code={code.code} live={code.status === 'live'} shown />
                <div className="muted small">
                  <Link to={`/offers/${code.offer.id}`}>{code.offer.name}</Link>
                  {held(code, zone) && ` · ${held(code, zone)}`}
                </div>
                {!code.tracked && <div className="muted small">{t.notTracked}</div>}
                {code.message && <div className="muted small">{code.message}</div>}
              </div>
              <Status of={code.status} />
              <div className="num" style={{ minWidth: 112, marginLeft: 'auto' }}>
                <div>{code.net && code.redemptions > 0 ? money(code.net) : t.none}</div>
                <div className="muted small" title={int(code.redemptions)}>
                  {code.redemptions > 0 ? t.money.redemptionCount(code.redemptions) : t.money.noOrders}
                </div>
              </div>
              <Manage code={code.code} onOpen={() => setOpen(code.id)} />
            </li>
          ))}
        </ul>
      )}
      <Suspense fallback={null}>
        {open !== null && <CodeDialog codeId={open} onClose={() => setOpen(null)} />}
      </Suspense>
    </Card>
  )
}

function DisableAll({ person, count }: { person: number; count: number }) {
  const [asking, setAsking] = useState(false)
  const change = useManyCodes(() => setAsking(false))
  return (
    <Permitted to="issue">
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        {c.allOfPerson}
      </Button>
      <Confirm
        opened={asking}
        risky
        title={c.allOfPersonTitle(count)}
        action={c.many.disable.action(count)}
        busy={change.isPending}
        error={change.error ? problemText(change.error) : undefined}
        onConfirm={() => change.mutate({ action: 'disable', influencer_id: person })}
        onClose={() => setAsking(false)}
      >
        {c.many.disable.text}
      </Confirm>
    </Permitted>
  )
}

function held({ since, until }: PersonCode, zone: string): string {
  if (!since) return ''
  return until ? t.person.heldUntil(date(since, zone), date(until, zone)) : t.person.heldFrom(date(since, zone))
}
