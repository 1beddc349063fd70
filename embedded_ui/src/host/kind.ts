import type { ShopifyGlobal } from '@shopify/app-bridge-types'

export type HostKind = 'shopify' | 'wordpress'

/** Written on <html> by the server that frames the page. */
export const hostKind: HostKind = document.documentElement.dataset.host === 'wordpress' ? 'wordpress' : 'shopify'

/** App Bridge, which the document loads before this page; absent in WordPress. */
export const appBridge = (globalThis as { shopify?: ShopifyGlobal }).shopify

/** Origin of the WordPress page that frames this one. */
export const frameParent = document.documentElement.dataset.admin

/** Absent outside WordPress. */
export const tellParent = frameParent
  ? (message: object) => window.parent.postMessage(message, frameParent)
  : undefined
