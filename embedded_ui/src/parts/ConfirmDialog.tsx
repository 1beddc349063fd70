import '../styles/modal'
import { Button, Modal } from '@mantine/core'
import { t } from '../text'
import type { ConfirmProps } from './Confirm'
import { useFocusBack } from './useFocusBack'

export default function ConfirmDialog(props: ConfirmProps) {
  useFocusBack()
  const { title, children, action, cancel = t.actions.cancel, risky, busy, error, onConfirm, onClose } = props
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.actions.close }}>
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
