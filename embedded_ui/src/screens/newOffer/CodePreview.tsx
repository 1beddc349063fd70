import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconAlertCircle, IconArrowBackUp, IconCheck, IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Preview, PreviewItem } from '../../api/types'
import { Avatar } from '../../parts/Avatar'
import { Card } from '../../parts/Card'
import { Line } from '../../parts/Waiting'
import { t } from '../../text'
import { o } from '../../text/offers'

const FEW = 8
/** As the API gives them: so many at a time, of so many it works out. */
const STEP = 50
const KNOWN = 1000

interface CodePreviewProps {
  people: number
  preview: Preview | undefined
  working: boolean
  broken: boolean
  failed: string | undefined
  edits: Record<string, string>
  skip: number
  onSkip: (skip: number) => void
  onEdit: (influencerId: number, code: string | null) => void
}

export function CodePreview({ people, preview, working, broken, failed, edits, skip, onSkip, onEdit }: CodePreviewProps) {
  const [all, setAll] = useState(false)
  if (people === 0) return <Nobody />

  const items = preview?.items ?? []
  const shown = broken ? items.slice(0, 4) : all ? items : items.slice(0, FEW)
  const known = Math.min(preview?.total ?? 0, KNOWN)
  return (
    <Card
      title={t.newOffer.preview}
      aside={preview && <span className="muted small figures">{skip > 0 ? o.preview.range(skip + 1, skip + shown.length, people) : t.newOffer.ofTotal(shown.length, people)}</span>}
    >
      <div role="status" className="small" style={{ minHeight: 16, marginBottom: 4 }}>
        <Verdict preview={preview} working={working} broken={broken} failed={failed} />
      </div>
      {!preview && !failed && Array.from({ length: Math.min(FEW, people) }, (_, index) => <Line key={index} width="70%" height={49} />)}
      <ul className="list preview">
        {shown.map((item) => (
          <Row
            key={item.influencer_id}
            item={item}
            hidden={broken}
            edited={edits[String(item.influencer_id)] !== undefined}
            onEdit={onEdit}
          />
        ))}
      </ul>
      {!broken && items.length > FEW && (
        <button type="button" className="text-button" style={{ marginTop: 8 }} onClick={() => setAll(!all)}>
          {all ? t.newOffer.seeLess : t.newOffer.seeMore(items.length)}
        </button>
      )}
      {!broken && all && known > STEP && (
        <div className="row" style={{ marginTop: 8 }}>
          <Button variant="default" size="compact-sm" disabled={skip === 0} onClick={() => onSkip(Math.max(0, skip - STEP))}>
            {o.preview.before}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            disabled={skip + STEP >= known}
            onClick={() => onSkip(Math.min(skip + STEP, KNOWN - STEP))}
          >
            {o.preview.after}
          </Button>
        </div>
      )}
      {!broken && preview && preview.total > known && (
        <div className="muted small" style={{ marginTop: 8 }}>
          {t.newOffer.rest(preview.total - known)}
        </div>
      )}
    </Card>
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

interface RowProps {
  item: PreviewItem
  hidden: boolean
  edited: boolean
  onEdit: CodePreviewProps['onEdit']
}

function Row({ item, hidden, edited, onEdit }: RowProps) {
  const [editing, setEditing] = useState(false)
  return (
    <li className="row top">
      <Avatar name={item.name} />
      <div className="grow">
        <div className="small muted trunc" title={item.name}>
          <bdi>{item.name}</bdi>
        </div>
        {editing ? (
          <EditCode
            item={item}
            onDone={(code) => {
              setEditing(false)
              if (code !== null && code !== item.code) onEdit(item.influencer_id, code)
            }}
          />
        ) : (
          <div className="mono trunc strong" title={item.code}>
            {hidden ? t.none : item.code}
          </div>
        )}
        {item.note && !hidden && (
          <div className="small" style={{ color: 'var(--sc-warning)' }}>
            {item.note}
          </div>
        )}
      </div>
      {edited && !editing && (
        <ActionIcon
          variant="subtle"
          color="ink.6"
          aria-label={t.newOffer.undoEdit(item.name)}
          onClick={() => onEdit(item.influencer_id, null)}
        >
          <IconArrowBackUp size={15} aria-hidden />
        </ActionIcon>
      )}
      {!hidden && !editing && (
        <ActionIcon
          variant="subtle"
          color="ink.6"
          aria-label={t.newOffer.editCode(item.name)}
          onClick={() => setEditing(true)}
        >
          <IconPencil size={15} aria-hidden />
        </ActionIcon>
      )}
    </li>
  )
}

/** Enter or leaving the field takes the code, Esc keeps the old one; the answer comes with the next preview. */
function EditCode({ item, onDone }: { item: PreviewItem; onDone: (code: string | null) => void }) {
  const [code, setCode] = useState(item.code)
  return (
    <TextInput
      className="code-input"
      aria-label={t.newOffer.codeOf(item.name)}
      // The person asked for this field by pressing the pencil.
      // eslint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      maxLength={64}
      spellCheck={false}
      value={code}
      onChange={(event) => setCode(event.currentTarget.value.toUpperCase())}
      onBlur={() => onDone(code.trim() || null)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          event.preventDefault()
          onDone(code.trim() || null)
        } else if (event.key === 'Escape') {
          event.stopPropagation()
          onDone(null)
        }
      }}
    />
  )
}
