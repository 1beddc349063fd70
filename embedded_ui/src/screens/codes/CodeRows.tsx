import { IconDots } from '@tabler/icons-react'
import { Link } from 'react-router'
import type { OfferCode } from '../../api/types'
import { int, money } from '../../lib/format'
import { Avatar } from '../../parts/Avatar'
import { Code } from '../../parts/Code'
import { Status } from '../../parts/Status'
import { usePhone } from '../../parts/usePhone'
import { t } from '../../text'
import { c } from '../../text/codes'

interface CodeRowsProps {
  codes: OfferCode[]
  chosen: ReadonlySet<number>
  /** Null where the person's role does not let them change codes. */
  onChoose: ((ids: number[], on: boolean) => void) | null
  onOpen: (id: number) => void
}

export function CodeRows(props: CodeRowsProps) {
  return usePhone() ? <CodeList {...props} /> : <CodeTable {...props} />
}

function CodeTable({ codes, chosen, onChoose, onOpen }: CodeRowsProps) {
  const all = codes.length > 0 && codes.every((code) => chosen.has(code.id))
  return (
    <table className="table inset">
      <colgroup>
        {onChoose && <col style={{ width: 40 }} />}
        <col />
        <col style={{ width: 124 }} />
        <col style={{ width: 220 }} />
        <col style={{ width: 110 }} />
        <col style={{ width: 130 }} />
        <col style={{ width: 52 }} />
      </colgroup>
      <thead>
        <tr>
          {onChoose && (
            <th scope="col">
              <input
                type="checkbox"
                aria-label={c.selectAll}
                checked={all}
                onChange={(event) => onChoose(codes.map((code) => code.id), event.currentTarget.checked)}
              />
            </th>
          )}
          <th scope="col">{t.influencers.influencer}</th>
          <th scope="col">{t.influencers.state}</th>
          <th scope="col">{t.influencers.code}</th>
          <th scope="col" className="num">
            {t.money.redemptions}
          </th>
          <th scope="col" className="num">
            {t.money.net}
          </th>
          <th scope="col">
            <span className="visually-hidden">{t.actions.more}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {codes.map((code) => (
          <tr key={code.id} data-selected={chosen.has(code.id) || undefined}>
            {onChoose && (
              <td>
                <Box code={code} chosen={chosen} onChoose={onChoose} />
              </td>
            )}
            <td>
              <Holder code={code} />
            </td>
            <td>
              <Status of={code.state} />
            </td>
            <td>
              <CodeWithMessage code={code} onOpen={onOpen} />
            </td>
            <td className="num">{code.redemptions > 0 ? int(code.redemptions) : t.none}</td>
            <td className="num">{code.net && code.redemptions > 0 ? money(code.net) : t.none}</td>
            <td>
              <Manage code={code.code} onOpen={() => onOpen(code.id)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function CodeList({ codes, chosen, onChoose, onOpen }: CodeRowsProps) {
  return (
    <ul className="list" style={{ marginTop: 6 }}>
      {codes.map((code) => (
        <li key={code.id} className="row">
          {onChoose && <Box code={code} chosen={chosen} onChoose={onChoose} />}
          <div className="grow">
            <Holder code={code} />
            <CodeWithMessage code={code} onOpen={onOpen} />
          </div>
          <Status of={code.state} />
          <Manage code={code.code} onOpen={() => onOpen(code.id)} />
        </li>
      ))}
    </ul>
  )
}

export function Manage({ code, onOpen }: { code: string; onOpen: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={c.manage(code)} title={c.manage(code)} onClick={onOpen}>
      <IconDots size={16} aria-hidden />
    </button>
  )
}

interface BoxProps {
  code: OfferCode
  chosen: ReadonlySet<number>
  onChoose: (ids: number[], on: boolean) => void
}

function Box({ code, chosen, onChoose }: BoxProps) {
  return (
    <input
      type="checkbox"
      aria-label={c.selectCode(code.code)}
      checked={chosen.has(code.id)}
      onChange={(event) => onChoose([code.id], event.currentTarget.checked)}
    />
  )
}

function Holder({ code }: { code: OfferCode }) {
  if (!code.influencer) {
    return <span className="muted">{code.state === 'retired' ? c.nobody : t.offer.pooled}</span>
  }
  return (
    <div className="row">
      <Avatar name={code.influencer.name} />
      <Link to={`/influencers/${code.influencer.id}`} className="strong trunc plain-link" title={code.influencer.name}>
        <bdi>{code.influencer.name}</bdi>
      </Link>
    </div>
  )
}

/** A pooled code comes masked: it cannot be copied before somebody holds it. */
function CodeWithMessage({ code, onOpen }: { code: OfferCode; onOpen: (id: number) => void }) {
  return (
    <>
      <Code code={code.code} live={code.state === 'live' && code.influencer !== null} />
      {!code.tracked && (
        <div className="muted small" title={c.notTrackedText}>
          {t.notTracked}
        </div>
      )}
      {code.message && (
        <div className="muted small trunc" title={code.message}>
          {code.message}
        </div>
      )}
      {code.state === 'failed' && (
        <button type="button" className="text-button small" onClick={() => onOpen(code.id)}>
          {c.acts.edit}
          <span className="visually-hidden"> {code.code}</span>
        </button>
      )}
    </>
  )
}
