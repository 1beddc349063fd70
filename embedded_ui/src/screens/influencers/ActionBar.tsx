import { Button, Menu } from '@mantine/core'
import {
  IconArchive, IconArchiveOff, IconChevronDown, IconDots, IconDownload, IconPlus, IconSend, IconSpeakerphone,
  IconUsersPlus, IconX,
} from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { countOf, toBody, type Selection } from '../../lib/selection'
import { problemText } from '../../parts/Failed'
import { useMay } from '../../session'
import { t } from '../../text'
import { tt } from '../../text/table'
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
  onNewOffer: () => void
  onDialog: (dialog: Dialog) => void
}

/** Takes the filter row's place, at the same height; on phones its actions stand at the bottom of the screen. */
export default function ActionBar(props: ActionBarProps) {
  const { selection, matching, onClear, onSelectAll, onSelectLoaded } = props
  const all = selection.kind === 'filter'
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
        <span className="desk">
          <div className="row">
            <Actions {...props} />
          </div>
        </span>
      </div>
      <div className="fixed-actions">
        <Actions {...props} narrow />
      </div>
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

interface ActionsProps extends ActionBarProps {
  /** Room for three buttons only. */
  narrow?: boolean
}

function Actions(props: ActionsProps) {
  const may = useMay('issue')
  const { archived, narrow = false, onDialog } = props
  if (archived) {
    return (
      <Permitted may={may}>
        <Button disabled={!may} leftSection={<IconArchiveOff size={16} aria-hidden />} onClick={() => onDialog('restore')}>
          {tt.restore}
        </Button>
      </Permitted>
    )
  }
  const look = { variant: 'default', disabled: !may } as const
  return (
    <>
      {narrow && <MoreMenu {...props} may={may} />}
      <Permitted may={may}>
        <Button {...look} leftSection={<IconSend size={16} aria-hidden />} onClick={() => onDialog('send')}>
          {tt.send}
        </Button>
      </Permitted>
      {!narrow && (
        <>
          <Permitted may={may}>
            <Button {...look} leftSection={<IconSpeakerphone size={16} aria-hidden />} onClick={() => onDialog('campaign')}>
              {tt.addToCampaign}
            </Button>
          </Permitted>
          <MoreMenu {...props} may={may} />
        </>
      )}
      <OfferMenu {...props} may={may} />
    </>
  )
}

const Permitted = ({ may, children }: { may: boolean; children: ReactNode }) => (
  <span title={may ? undefined : t.trust.cannot.issue}>{children}</span>
)

function MoreMenu({ selection, columns, narrow = false, may, onDialog }: ActionsProps & { may: boolean }) {
  const save = useMutation({
    mutationFn: async () => {
      const { exportPeople } = await import('../people/exportUrl')
      await exportPeople(toBody(selection), columns)
    },
  })
  return (
    <Menu width={240} position="bottom-end" closeOnItemClick={!save.isError}>
      <Menu.Target>
        <Button
          variant="default"
          px={narrow ? 14 : 8}
          style={{ flex: 'none' }}
          aria-label={t.actions.more}
          loading={save.isPending}
        >
          <IconDots size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {narrow && (
          <Menu.Item
            disabled={!may}
            leftSection={<IconSpeakerphone size={16} aria-hidden />}
            onClick={() => onDialog('campaign')}
          >
            {tt.addToCampaign}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => save.mutate()}>
          <div>{tt.exportPeople}</div>
          {save.error && <div className="small" role="alert">{problemText(save.error)}</div>}
        </Menu.Item>
        <Menu.Item
          disabled={!may}
          title={may ? undefined : t.trust.cannot.issue}
          leftSection={<IconArchive size={16} aria-hidden />}
          onClick={() => onDialog('archive')}
        >
          {tt.archive}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** What the table is for: codes for the people selected. */
function OfferMenu({ may, onNewOffer, onDialog }: ActionBarProps & { may: boolean }) {
  return (
    <Menu width={264} disabled={!may} position="bottom-end">
      <Menu.Target>
        <Button
          disabled={!may}
          title={may ? undefined : t.trust.cannot.issue}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {t.influencers.discountOffer}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={onNewOffer}>
          <div>{t.influencers.newOffer}</div>
          <div className="muted small">{t.influencers.newOfferHelp}</div>
        </Menu.Item>
        <Menu.Item leftSection={<IconUsersPlus size={16} aria-hidden />} onClick={() => onDialog('existing')}>
          <div>{t.influencers.existingOffer}</div>
          <div className="muted small">{t.influencers.existingOfferHelp}</div>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
