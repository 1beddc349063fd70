import { ActionIcon, TextInput } from '@mantine/core'
import { IconArrowBackUp, IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { PreviewItem } from '../../api/types'
import { Avatar } from '../../parts/Avatar'
import { t } from '../../text'

interface RowProps {
  item: PreviewItem
  hidden: boolean
  /** What was typed for them. */
  edited: string | undefined
  onEdit: (influencerId: number, code: string | null) => void
}

export function PreviewRow({ item, hidden, edited, onEdit }: RowProps) {
  const [editing, setEditing] = useState(false)
  const shown = item.fault ? edited : item.code
  return (
    <li className="row top">
      <Avatar name={item.name} />
      <div className="grow">
        <div className="small muted trunc" title={item.name}>
          <bdi>{item.name}</bdi>
        </div>
        {editing ? (
          <EditCode
            name={item.name}
            first={edited ?? item.code}
            onDone={(code) => {
              setEditing(false)
              if (code !== null && code !== (edited ?? item.code)) onEdit(item.influencer_id, code)
            }}
          />
        ) : (
          <div className="mono trunc strong" title={shown}>
            {hidden ? t.none : shown}
          </div>
        )}
        {!hidden && (item.fault ?? item.note) && (
          <div className="small" style={{ color: item.fault ? 'var(--sc-danger)' : 'var(--sc-warning)' }}>
            {item.fault ?? item.note}
          </div>
        )}
      </div>
      {edited !== undefined && !editing && (
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
function EditCode({ name, first, onDone }: { name: string; first: string; onDone: (code: string | null) => void }) {
  const [code, setCode] = useState(first)
  return (
    <TextInput
      className="code-input"
      aria-label={t.newOffer.codeOf(name)}
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
