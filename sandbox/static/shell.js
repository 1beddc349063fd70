/* The admin's half of the App Bridge stand-in: answers the framed app, and shows its menu, toasts and save bar. */
(() => {
  'use strict'
  const frame = document.querySelector('#app-frame')
  if (!frame) return
  const { handle, appOrigin, appPath } = document.body.dataset
  const find = (id) => document.getElementById(id)

  const send = (message) => frame.contentWindow.postMessage({ appBridge: true, ...message }, appOrigin)

  async function getJson(path, options) {
    const answer = await fetch(`/store/${handle}/bridge/${path}`, options)
    if (!answer.ok) throw new Error((await answer.json()).message)
    return answer.json()
  }

  // --- What the app says --------------------------------------------------------------------------------------------------

  const acts = {
    menu: ({ items }) => drawMenu(items.filter((item) => !item.home)),
    address: ({ path, search }) => {
      const kept = new URLSearchParams(search)
      for (const name of ['embedded', 'hmac', 'host', 'id_token', 'locale', 'session', 'shop', 'timestamp']) kept.delete(name)
      const inner = (path === '/' ? '' : path) + (kept.size ? `?${kept}` : '')
      history.replaceState(null, '', appPath + inner)
      markMenu(path)
    },
    toast: (toast) => showToast(toast),
    'toast-hide': ({ id }) => find(id)?.remove(),
    loading: ({ busy }) => find('loading').toggleAttribute('hidden', !busy),
    'save-bar': (bar) => showSaveBar(bar),
  }

  const answers = {
    hello: () => ({ shop: document.body.dataset.shop, host: document.body.dataset.host }),
    'id-token': async () => (await getJson('id-token')).id_token,
    scopes: () => getJson('scopes'),
    'scopes-request': ({ scopes }) => changeScopes('request', scopes),
    'scopes-revoke': ({ scopes }) => changeScopes('revoke', scopes),
    'leave-confirmation': async () => {
      if (!(await confirmed('Leave without saving? What was changed on this page is lost.', 'Leave page'))) throw new Error('The user stays')
    },
    'resource-picker': (options) => pickResources(options),
  }

  window.addEventListener('message', async (event) => {
    if (event.source !== frame.contentWindow || event.origin !== appOrigin || !event.data?.appBridge) return
    const { type, id, payload } = event.data
    if (id === undefined) return void acts[type]?.(payload)
    try {
      send({ type: 'answer', id, result: await answers[type](payload ?? {}) })
    } catch (error) {
      send({ type: 'answer', id, error: error.message })
    }
  })

  // --- Menu ---------------------------------------------------------------------------------------------------------------

  function drawMenu(items) {
    find('app-menu').replaceChildren(
      ...items.map(({ href, label }) => {
        const row = document.createElement('li')
        const link = document.createElement('a')
        link.href = appPath + href
        link.dataset.inner = href
        link.textContent = label
        row.append(link)
        return row
      }),
    )
    markMenu(location.pathname.slice(appPath.length) || '/')
  }

  function markMenu(path) {
    for (const link of document.querySelectorAll('#app-menu a, #app-home')) {
      const inner = link.dataset.inner
      const on = inner === '/' ? path === '/' : path === inner || path.startsWith(`${inner}/`)
      if (on) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
  }

  document.addEventListener('click', async (event) => {
    const link = event.target.closest('#app-menu a, #app-home')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if (!find('save-bar').hidden && !(await confirmed('Leave without saving? What was changed on this page is lost.', 'Leave page'))) return
    document.body.classList.remove('menu-open')
    send({ type: 'menu', href: link.dataset.inner })
  })

  // --- Toasts and the save bar ----------------------------------------------------------------------------------------------

  function showToast({ id, message, duration, isError, action }) {
    const box = document.createElement('div')
    box.id = id
    box.className = isError ? 'toast toast-error' : 'toast'
    box.append(message)
    if (action) {
      const button = document.createElement('button')
      button.textContent = action
      button.onclick = () => send({ type: 'toast-action', id })
      box.append(button)
    }
    find('toasts').append(box)
    setTimeout(() => box.remove(), duration)
  }

  function showSaveBar({ open, busy, save, discard }) {
    find('save-bar').hidden = !open
    if (!open) return
    for (const [name, button] of Object.entries({ save, discard })) {
      const own = find(`save-bar-${name}`)
      own.textContent = name === 'save' && busy ? 'Saving…' : button.label
      own.disabled = button.disabled || busy
      own.onclick = () => send({ type: 'save-bar', action: name })
    }
  }

  // --- Dialogs --------------------------------------------------------------------------------------------------------------

  function dialog(title, body, buttonText) {
    const box = find('dialog')
    find('dialog-title').textContent = title
    find('dialog-body').replaceChildren(...body)
    find('dialog-ok').textContent = buttonText
    box.returnValue = ''
    box.showModal()
    return new Promise((resolve) => box.addEventListener('close', () => resolve(box.returnValue === 'ok'), { once: true }))
  }

  function confirmed(question, buttonText) {
    const text = document.createElement('p')
    text.textContent = question
    return dialog('Unsaved changes', [text], buttonText)
  }

  async function changeScopes(act, scopes) {
    if (act === 'request') {
      const text = document.createElement('p')
      text.textContent = `The app asks for more: ${scopes.join(', ')}.`
      if (!(await dialog('More permissions', [text], 'Allow'))) return { result: 'declined-all', detail: await getJson('scopes') }
    }
    const detail = await getJson(`scopes/${act}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ scopes }),
    })
    return act === 'request' ? { result: 'granted-all', detail } : { detail }
  }

  async function pickResources({ type, multiple, action, query, selectionIds }) {
    const rows = await getJson(`resources/${type}`)
    const choices = rows.map((row) => {
      const label = document.createElement('label')
      const box = document.createElement('input')
      box.type = multiple ? 'checkbox' : 'radio'
      box.name = 'resource'
      box.value = row.id
      box.checked = selectionIds.includes(row.id)
      label.className = 'choice'
      label.append(box, row.displayName ?? row.title)
      return label
    })
    const search = document.createElement('input')
    search.type = 'search'
    search.placeholder = 'Search'
    search.setAttribute('aria-label', 'Search')
    search.value = query
    const filter = () => choices.forEach((label) => (label.hidden = !label.textContent.toLowerCase().includes(search.value.toLowerCase())))
    search.oninput = filter
    filter()
    const names = { product: 'products', variant: 'variants', collection: 'collections' }
    const verb = action === 'select' ? 'Select' : 'Add'
    const kept = await dialog(`${verb} ${names[type]}`, [search, ...choices], verb)
    if (!kept) return null
    const chosen = new Set(choices.map((label) => label.firstChild).filter((box) => box.checked).map((box) => box.value))
    return rows.filter((row) => chosen.has(row.id))
  }
})()
