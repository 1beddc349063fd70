/** A short word after something that is done; never for an error. */
import { appBridge } from './kind'

export async function showToast(message: string): Promise<void> {
  if (appBridge) {
    appBridge.toast.show(message)
    return
  }
  const { notifications } = await import('./ownToast')
  notifications.show({ message, autoClose: 4000 })
}
