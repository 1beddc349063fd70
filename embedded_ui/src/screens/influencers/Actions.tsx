import { Button, Menu } from '@mantine/core'
import {
  IconArchive, IconArchiveOff, IconChevronDown, IconDots, IconDownload, IconPlus, IconSend, IconSpeakerphone,
  IconUsersPlus,
} from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { memo, type ReactNode } from 'react'
import { toBody, type Selection } from '../../lib/selection'
import { problemText } from '../../parts/Failed'
import { useMay } from '../../session'
import { t } from '../../text'
import { tt } from '../../text/table'
import type { Dialog } from './Dialogs'

interface ActionsProps {
  /** The people shown are archived ones: they can only be brought back. */
  archived: boolean
  columns: number[]
  /** Asked for when something is done with it: the buttons are the same for any selection, and not drawn again. */
  selected: () => Selection
  /** Room for three buttons only. */
  narrow: boolean
  onNewOffer: () => void
  onDialog: (dialog: Dialog) => void
}

/** What can be done with the people selected. */
export const Actions = memo(function Actions(props: ActionsProps) {
  const may = useMay('issue')
  const { archived, narrow, onDialog } = props
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
})

const Permitted = ({ may, children }: { may: boolean; children: ReactNode }) => (
  <span title={may ? undefined : t.trust.cannot.issue}>{children}</span>
)

function MoreMenu({ selected, columns, narrow, may, onDialog }: ActionsProps & { may: boolean }) {
  const save = useMutation({
    mutationFn: async () => {
      const { exportPeople } = await import('../people/exportUrl')
      await exportPeople(toBody(selected()), columns)
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
function OfferMenu({ may, onNewOffer, onDialog }: ActionsProps & { may: boolean }) {
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
