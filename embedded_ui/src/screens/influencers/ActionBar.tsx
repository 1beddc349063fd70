import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useCallback, useEffect, useRef } from 'react'
import { countOf, type Selection } from '../../lib/selection'
import { usePhone } from '../../parts/usePhone'
import { t } from '../../text'
import { Actions } from './Actions'
import type { Dialog } from './Dialogs'

interface ActionBarProps {
  selection: Selection
  /** The people shown are archived ones: they can only be brought back. */
  archived: boolean
  columns: number[]
  matching: number
  onClear: () => void
  onSelectAll: () => void
  onSelectLoaded: () => void
  onNewOffer: (selection: Selection) => void
  onDialog: (dialog: Dialog) => void
}

/** Takes the filter row's place, at the same height; on phones its actions stand at the bottom of the screen. */
export default function ActionBar(props: ActionBarProps) {
  const { selection, archived, columns, matching, onClear, onSelectAll, onSelectLoaded, onNewOffer, onDialog } = props
  const all = selection.kind === 'filter'
  const phone = usePhone()
  const held = useRef(selection)
  useEffect(() => {
    held.current = selection
  }, [selection])
  const selected = useCallback(() => held.current, [])
  const newOffer = useCallback(() => onNewOffer(held.current), [onNewOffer])
  const actions = { archived, columns, selected, narrow: phone, onNewOffer: newOffer, onDialog }
  return (
    <>
      <div className="bar" data-selected role="toolbar" aria-label={t.influencers.selectionActions}>
        <Button variant="subtle" color="ink.7" px={6} aria-label={t.influencers.clearSelection} onClick={onClear}>
          <IconX size={16} aria-hidden />
        </Button>
        <span className="strong figures nowrap" role="status">
          {selectedText(selection)}
        </span>
        {all ? (
          <button type="button" className="text-button" onClick={onSelectLoaded}>
            {t.influencers.onlyLoaded}
          </button>
        ) : (
          matching > countOf(selection) && (
            <button type="button" className="text-button" onClick={onSelectAll}>
              {t.influencers.selectAll(matching)}
            </button>
          )
        )}
        <span className="grow" />
        {!phone && <Actions {...actions} />}
      </div>
      {phone && (
        <div className="fixed-actions">
          <Actions {...actions} />
        </div>
      )}
    </>
  )
}

function selectedText(selection: Selection): string {
  const count = countOf(selection)
  if (selection.kind === 'people') return t.influencers.selected(count)
  return selection.except.size === 0
    ? t.influencers.allMatch(count)
    : t.influencers.allBut(count, selection.except.size)
}
