/** Texts of WooCommerce stores: connecting one without the plugin, what is right and wrong in it, disconnecting. */
export const woo = {
  byKeys: 'Add a WooCommerce store',
  byKeysText:
    'Best with the companion plugin: in WordPress, open Influencer codes and press “Connect this shop”, then link the two stores by a code. Without the plugin, enter the shop’s address here; it asks you for your yes on its own page.',
  missing: 'Without the plugin, codes cannot have a start date, links cannot apply them, and making thousands takes minutes.',
  address: 'Shop address',
  addressHint: 'https://shop.example.com',
  addressMissing: 'Enter the shop’s address.',
  go: 'Continue in the shop',
  open: 'Open the shop’s page',
  waiting: 'Say yes on the shop’s page, which has opened in another tab. This page goes on by itself.',
  granted: 'The shop said yes. Its keys are being tried …',
  failed: 'The shop was not connected.',
  connected: 'The shop is connected',
  again: 'Start again',
  health: 'Health of the shop',
  checked: (when: string) => `The shop said so ${when}`,
  inWordPress: 'Open in WordPress',
  good: 'In order',
  bad: 'Needs a change',
  disconnect: 'Disconnect',
  disconnectIt: 'Disconnect this store',
  disconnectTitle: (store: string) => `Disconnect ${store}?`,
  disconnectText:
    'Its keys are deleted on both sides, and Shoutcode hears of no more orders. Codes stay in the shop and go on working; your numbers stay here. Connect it again at any time.',
  disconnected: (store: string) => `${store} is disconnected`,
}
