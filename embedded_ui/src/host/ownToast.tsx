import '@mantine/core/styles/Notification.layer.css'
import '@mantine/notifications/styles.layer.css'
import type { ToastAction } from './toast'

export { Notifications, notifications } from '@mantine/notifications'

export const withAction = (message: string, action: ToastAction) => (
  <span className="row between">
    {message}
    <button type="button" className="text-button" onClick={action.run}>
      {action.label}
    </button>
  </span>
)
