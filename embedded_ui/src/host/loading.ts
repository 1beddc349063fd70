/** Shopify draws a loading bar above the frame; elsewhere the page draws a line of its own. */
import { appBridge } from './kind'

export const hostLoading = appBridge && ((busy: boolean) => appBridge?.loading(busy))
