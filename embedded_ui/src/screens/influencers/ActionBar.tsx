import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconPlus, IconUsersPlus, IconX } from '@tabler/icons-react'
import { countOf, type Selection } from '../../lib/selection'
import { useMay } from '../../session'
import { t } from '../../text'

interface ActionBarProps {
  selection: Selection
  matching: number
  onClear: () => void
  onSelectAll: () => void
  onSelectLoaded: () => void
  onNewOffer: () => void
  onExistingOffer: () => void
}

/** Takes the filter row's place, at the same height. */
export function ActionBar(props: ActionBarProps) {
  const { selection, matching, onClear, onSelectAll, onSelectLoaded } = props
  const all = selection.kind === 'filter'
  return (
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
      <span className="desk">
        <OfferMenu {...props} />
      </span>
    </div>
  )
}

function selectedText(selection: Selection): string {
  const count = countOf(selection)
  if (selection.kind === 'people') return t.influencers.selected(count)
  return selection.except.size === 0
    ? t.influencers.allMatch(count)
    : t.influencers.allBut(count, selection.except.size)
}

/** What the table is for: codes for the people selected. */
export function OfferMenu({ onNewOffer, onExistingOffer }: Pick<ActionBarProps, 'onNewOffer' | 'onExistingOffer'>) {
  const may = useMay('issue')
  return (
    <Menu width={264} disabled={!may}>
      <Menu.Target>
        <Button disabled={!may} title={may ? undefined : t.trust.cannot.issue} rightSection={<IconChevronDown size={14} aria-hidden />}>{t.influencers.discountOffer}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={onNewOffer}>
          <div>{t.influencers.newOffer}</div>
          <div className="muted small">{t.influencers.newOfferHelp}</div>
        </Menu.Item>
        <Menu.Item leftSection={<IconUsersPlus size={16} aria-hidden />} onClick={onExistingOffer}>
          <div>{t.influencers.existingOffer}</div>
          <div className="muted small">{t.influencers.existingOfferHelp}</div>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
