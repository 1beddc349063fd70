/** A short word after something that is done; never for an error. */
import { t } from '../text'
import { appBridge } from './kind'

export interface ToastAction {
  label: string
  run: () => void
}

const WITH_ACTION_MS = 10_000

export async function showToast(message: string, action?: ToastAction): Promise<void> {
  if (appBridge) {
    const options = action && { action: action.label, onAction: action.run, duration: WITH_ACTION_MS }
    appBridge.toast.show(message, options)
    return
  }
  const { notifications, withAction } = await import('./ownToast')
  notifications.show({
    message: action ? withAction(message, action) : message,
    closeButtonProps: { 'aria-label': t.actions.close },
    autoClose: action ? WITH_ACTION_MS : 4000,
  })
}
