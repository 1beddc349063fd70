import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { t } from '../text'

interface ConfirmProps {
  opened: boolean
  title: string
  /** What it reaches, said before it starts. */
  children: ReactNode
  action: string
  cancel?: string
  risky?: boolean
  busy: boolean
  error?: string | undefined
  onConfirm: () => void
  onClose: () => void
}

export function Confirm(props: ConfirmProps) {
  const { opened, title, children, action, cancel = t.actions.cancel, risky, busy, error, onConfirm, onClose } = props
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <div className="stack wide">
        <div>{children}</div>
        {error && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {error}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {cancel}
          </Button>
          <Button onClick={onConfirm} loading={busy} {...(risky && { color: 'danger.6' })}>
            {action}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
