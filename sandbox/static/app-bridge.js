/* A stand-in for Shopify's App Bridge: the calls that the app makes, answered by the sandbox's admin through postMessage.
   Loaded inside the app's frame by a plain script tag, before anything else. Its own origin is the admin's origin. */
(() => {
  'use strict'
  const script = document.currentScript
  const adminOrigin = new URL(script.src).origin
  const apiKey = document.querySelector('meta[name="shopify-api-key"]')?.content || script.dataset.apiKey || ''
  const query = new URLSearchParams(location.search)
  const framed = window.top !== window

  // --- Talking to the admin -------------------------------------------------------------------------------------------------

  const waiting = new Map()
  let lastId = 0

  function tell(type, payload) {
    window.parent.postMessage({ appBridge: true, type, payload }, adminOrigin)
  }

  function ask(type, payload) {
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      window.parent.postMessage({ appBridge: true, type, id, payload }, adminOrigin)
    })
  }

  const fromAdmin = {
    answer: ({ id, result, error }) => {
      const call = waiting.get(id)
      waiting.delete(id)
      if (error) call?.reject(new Error(error))
      else call?.resolve(result)
    },
    menu: ({ href }) => followMenu(href),
    'save-bar': ({ action }) => saveBar.press(action),
    'toast-action': ({ id }) => toastActions.get(id)?.(),
  }

  window.addEventListener('message', (event) => {
    if (event.origin === adminOrigin && event.source === window.parent && event.data?.appBridge) fromAdmin[event.data.type]?.(event.data)
  })

  // --- ID tokens, same-origin requests, the bounce --------------------------------------------------------------------------

  const idToken = () => ask('id-token')
  const plainFetch = window.fetch.bind(window)

  async function signedFetch(input, init) {
    const request = new Request(input, init)
    if (new URL(request.url).origin !== location.origin || request.headers.has('Authorization')) return plainFetch(request)
    const spare = request.clone()
    const send = async (one) => {
      one.headers.set('Authorization', `Bearer ${await idToken()}`)
      return plainFetch(one)
    }
    const answer = await send(request)
    const again = answer.status === 401 && answer.headers.has('X-Shopify-Retry-Invalid-Session-Request')
    return again ? send(spare) : answer
  }

  async function reloadWithToken(target) {
    const url = new URL(target, location.origin)
    if (url.origin !== location.origin) throw new Error('shopify-reload leads to another site')
    url.searchParams.set('id_token', await idToken())
    location.replace(url.href)
  }

  /** A page that was opened outside the admin moves into it. */
  function moveIntoAdmin() {
    const handle = atob(query.get('host') || '').match(/^admin\.shopify\.com\/store\/([a-z0-9-]+)$/)?.[1]
    if (handle) window.top.location.href = `${adminOrigin}/store/${handle}/apps/${apiKey}${location.pathname}`
  }

  // --- Menu and addresses ---------------------------------------------------------------------------------------------------

  const menuLinks = () => [...document.querySelectorAll('s-app-nav [href], ui-nav-menu [href]')]
  const here = () => location.pathname + location.search

  function followMenu(href) {
    const link = menuLinks().find((one) => one.getAttribute('href') === href)
    const before = here()
    if (!link || before === href) return
    if (link.localName === 'a') link.click()
    else link.dispatchEvent(new CustomEvent('shopify:navigate', { bubbles: true, cancelable: true }))
    setTimeout(() => here() === before && location.assign(href), 300) // an app without routing of its own loads the page
  }

  let shownMenu = ''
  function reportMenu() {
    const items = menuLinks().map((link) => ({
      href: link.getAttribute('href'),
      label: link.textContent.trim(),
      home: link.getAttribute('rel') === 'home',
    }))
    if (JSON.stringify(items) !== shownMenu) tell('menu', { items })
    shownMenu = JSON.stringify(items)
  }

  function reportAddress() {
    tell('address', { path: location.pathname, search: location.search })
  }

  for (const name of ['pushState', 'replaceState']) {
    const plain = history[name].bind(history)
    history[name] = (...rest) => {
      plain(...rest)
      reportAddress()
    }
  }
  window.addEventListener('popstate', reportAddress)

  // --- Save bar -------------------------------------------------------------------------------------------------------------

  const saveBar = {
    open: null,
    shown: '',
    async show(id) {
      saveBar.open = id
      saveBar.report()
    },
    async hide(id) {
      if (saveBar.open !== id) return
      saveBar.open = null
      saveBar.shown = ''
      tell('save-bar', { open: false })
    },
    toggle: (id) => (saveBar.open === id ? saveBar.hide(id) : saveBar.show(id)),
    async leaveConfirmation() {
      if (saveBar.open !== null) await ask('leave-confirmation')
    },
    buttons() {
      const element = saveBar.open === null ? null : document.getElementById(saveBar.open)
      const all = [...(element?.querySelectorAll('button') ?? [])]
      const save = all.find((button) => button.getAttribute('variant') === 'primary')
      return { save, discard: all.find((button) => button !== save) }
    },
    report() {
      if (saveBar.open === null) return
      const { save, discard } = saveBar.buttons()
      const busy = save?.hasAttribute('loading') || false
      const shown = (button, word) => ({ label: button?.textContent.trim() || word, disabled: button?.disabled || false })
      const bar = { open: true, busy, save: shown(save, 'Save'), discard: shown(discard, 'Discard') }
      if (JSON.stringify(bar) !== saveBar.shown) tell('save-bar', bar)
      saveBar.shown = JSON.stringify(bar)
    },
    press(action) {
      saveBar.buttons()[action]?.click()
    },
  }

  // --- What apps call -------------------------------------------------------------------------------------------------------

  const toastActions = new Map()
  let lastToast = 0
  const toast = {
    show(message, options = {}) {
      const id = `toast-${++lastToast}`
      if (options.onAction) toastActions.set(id, options.onAction)
      const { duration = 5000, isError = false, action = null } = options
      tell('toast', { id, message, duration, isError, action })
      return id
    },
    hide: (id) => tell('toast-hide', { id }),
  }

  async function resourcePicker(options) {
    const { type, multiple = false, action = 'add', selectionIds = [], query: words = '' } = options
    const chosen = await ask('resource-picker', { type, multiple, action, query: words, selectionIds: selectionIds.map((one) => one.id) })
    if (!chosen) return undefined
    chosen.selection = chosen
    return chosen
  }

  const notHere = (name) => () => Promise.reject(new Error(`The sandbox has no shopify.${name}`))
  const config = {
    apiKey,
    host: query.get('host') || '',
    shop: query.get('shop') || '',
    locale: query.get('locale') || 'en',
    appOrigins: [],
    disabledFeatures: [],
  }

  let ready
  window.shopify = {
    config,
    origin: adminOrigin,
    ready: new Promise((resolve) => (ready = resolve)),
    environment: { embedded: framed, intent: false, mobile: false, pos: false },
    loading: (busy = true) => tell('loading', { busy }),
    idToken,
    user: async () => ({}),
    toast,
    saveBar: {
      show: saveBar.show,
      hide: saveBar.hide,
      toggle: saveBar.toggle,
      leaveConfirmation: saveBar.leaveConfirmation,
    },
    resourcePicker,
    scopes: {
      query: () => ask('scopes'),
      request: (scopes) => ask('scopes-request', { scopes }),
      revoke: (scopes) => ask('scopes-revoke', { scopes }),
    },
    modal: { show: notHere('modal.show'), hide: notHere('modal.hide'), toggle: notHere('modal.toggle') },
    scanner: { capture: notHere('scanner.capture') },
    picker: notHere('picker'),
    intents: { invoke: notHere('intents.invoke') },
    reviews: { request: notHere('reviews.request') },
    webVitals: { onReport: () => {} },
  }

  customElements.define(
    'ui-save-bar',
    class extends HTMLElement {
      show() {
        return saveBar.show(this.id)
      }
      hide() {
        return saveBar.hide(this.id)
      }
      toggle() {
        return saveBar.toggle(this.id)
      }
    },
  )

  window.fetch = signedFetch
  document.head.insertAdjacentHTML('beforeend', '<style>s-app-nav,ui-nav-menu,ui-save-bar{display:none}</style>')

  if (!framed) return moveIntoAdmin()
  if (query.has('shopify-reload')) return void reloadWithToken(query.get('shopify-reload'))

  ask('hello').then((known) => {
    Object.assign(config, known)
    ready()
  })
  const watch = new MutationObserver(() => {
    reportMenu()
    saveBar.report()
  })
  watch.observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ['href', 'disabled', 'loading'], characterData: true })
  document.addEventListener('DOMContentLoaded', () => {
    reportMenu()
    reportAddress()
  })
})()
