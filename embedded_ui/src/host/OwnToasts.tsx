import { Notifications } from './ownToast'

/** Drawn only where the host has no toast of its own. */
export default function OwnToasts() {
  return <Notifications position="bottom-center" />
}
