import { Button, Checkbox } from '@mantine/core'
import { IconAlertCircle, IconCheck } from '@tabler/icons-react'
import { useCallback, useState } from 'react'
import { Link } from 'react-router'
import type { Preview } from '../../api/types'
import { Card } from '../../parts/Card'
import { SearchField } from '../../parts/SearchField'
import { Line } from '../../parts/Waiting'
import { t } from '../../text'
import { o } from '../../text/offers'
import { PreviewRow } from './PreviewRow'
import { STEP, type Look } from './usePreview'

const FEW = 8

interface CodePreviewProps {
  people: number
  preview: Preview | undefined
  working: boolean
  broken: boolean
  failed: string | undefined
  edits: Record<string, string>
  look: Look
  onLook: (look: Partial<Look>) => void
  onEdit: (influencerId: number, code: string | null) => void
}

export function CodePreview(props: CodePreviewProps) {
  const { people, preview, working, broken, failed, edits, look, onLook, onEdit } = props
  const [all, setAll] = useState(false)
  if (people === 0) return <Nobody />

  const items = preview?.items ?? []
  const shown = broken ? items.slice(0, 4) : all ? items : items.slice(0, FEW)
  return (
    <Card title={t.newOffer.preview} aside={preview && <Range look={look} shown={shown.length} preview={preview} />}>
      <div role="status" className="small" style={{ minHeight: 16, marginBottom: 4 }}>
        <Verdict preview={preview} working={working} broken={broken} failed={failed} />
      </div>
      {!broken && preview && preview.total > FEW && preview.worked_out === preview.total && (
        <Narrow preview={preview} look={look} onLook={onLook} />
      )}
      {!preview && !failed && Array.from({ length: Math.min(FEW, people) }, (_, index) => <Line key={index} width="70%" height={49} />)}
      <ul className="list preview">
        {shown.map((item) => (
          <PreviewRow
            key={item.influencer_id}
            item={item}
            hidden={broken}
            edited={edits[String(item.influencer_id)]}
            onEdit={onEdit}
          />
        ))}
      </ul>
      {!broken && preview && items.length === 0 && (look.q || look.changed) && (
        <div className="muted">{look.q ? o.preview.noneFound : o.preview.noneChanged}</div>
      )}
      {!broken && items.length > FEW && (
        <button type="button" className="text-button" style={{ marginTop: 8 }} onClick={() => setAll(!all)}>
          {all ? t.newOffer.seeLess : t.newOffer.seeMore(items.length)}
        </button>
      )}
      {!broken && all && preview && preview.matching > STEP && (
        <Steps skip={look.skip} matching={preview.matching} onSkip={(skip) => onLook({ skip })} />
      )}
      {!broken && preview && preview.total > preview.worked_out && (
        <Rest preview={preview} waiting={look.whole} onWhole={() => onLook({ whole: true })} />
      )}
    </Card>
  )
}

function Range({ look, shown, preview }: { look: Look; shown: number; preview: Preview }) {
  const { total, matching } = preview
  const of = look.q || look.changed ? matching : total
  return (
    <span className="muted small figures">
      {look.skip > 0 ? o.preview.range(look.skip + 1, look.skip + shown, of) : t.newOffer.ofTotal(shown, of)}
    </span>
  )
}

type NarrowProps = Pick<CodePreviewProps, 'look' | 'onLook'> & { preview: Preview }

function Narrow({ preview, look, onLook }: NarrowProps) {
  const onSearch = useCallback((q: string) => onLook({ q }), [onLook])
  return (
    <div className="stack tight" style={{ marginBottom: 8 }}>
      <SearchField value={look.q} label={o.preview.search} placeholder={o.preview.search} onSearch={onSearch} />
      <Checkbox
        size="xs"
        label={o.preview.changed(preview.clashes)}
        checked={look.changed}
        onChange={(event) => onLook({ changed: event.currentTarget.checked })}
      />
    </div>
  )
}

function Steps({ skip, matching, onSkip }: { skip: number; matching: number; onSkip: (skip: number) => void }) {
  return (
    <div className="row" style={{ marginTop: 8 }}>
      <Button variant="default" size="compact-sm" disabled={skip === 0} onClick={() => onSkip(Math.max(0, skip - STEP))}>
        {o.preview.before}
      </Button>
      <Button variant="default" size="compact-sm" disabled={skip + STEP >= matching} onClick={() => onSkip(skip + STEP)}>
        {o.preview.after}
      </Button>
    </div>
  )
}

/** Beyond the first ones the codes take seconds: only for whoever wants to look at them. */
function Rest({ preview, waiting, onWhole }: { preview: Preview; waiting: boolean; onWhole: () => void }) {
  return (
    <div className="muted small" style={{ marginTop: 8 }}>
      <div>{t.newOffer.rest(preview.total - preview.worked_out)}</div>
      <Button variant="default" size="compact-sm" mt={8} loading={waiting} onClick={onWhole}>
        {o.preview.whole(preview.total)}
      </Button>
    </div>
  )
}

function Nobody() {
  return (
    <Card title={t.newOffer.preview}>
      <div className="stack">
        <div className="muted">{t.newOffer.previewNobody}</div>
        <div>
          <Button component={Link} to="/influencers" variant="default" size="compact-sm">
            {t.newOffer.chooseInfluencers}
          </Button>
        </div>
      </div>
    </Card>
  )
}

type VerdictProps = Pick<CodePreviewProps, 'preview' | 'working' | 'broken' | 'failed'>

function Verdict({ preview, working, broken, failed }: VerdictProps) {
  if (broken || failed) {
    return (
      <span className="row top" style={{ gap: 6, color: 'var(--sc-danger)' }}>
        <IconAlertCircle size={14} aria-hidden style={{ flex: 'none', marginTop: 1 }} />
        {broken ? t.newOffer.brokenPattern : `${t.newOffer.noPreview} ${failed ?? ''}`}
      </span>
    )
  }
  if (working || !preview) return <span className="muted">{t.newOffer.working}</span>
  const faulty = preview.errors.filter(({ field }) => field.startsWith('edits.')).length
  if (faulty > 0) {
    return (
      <span className="row top" style={{ gap: 6, color: 'var(--sc-danger)' }}>
        <IconAlertCircle size={14} aria-hidden style={{ flex: 'none', marginTop: 1 }} />
        {o.preview.faulty(faulty)}
      </span>
    )
  }
  return (
    <>
      <span className="row" style={{ gap: 6, color: 'var(--sc-success)' }}>
        <IconCheck size={14} stroke={2.5} aria-hidden />
        {t.newOffer.allFree(preview.total, preview.clashes)}
      </span>
      <span className="muted">{preview.note ?? t.newOffer.checked(preview.checked_in_store)}</span>
    </>
  )
}
