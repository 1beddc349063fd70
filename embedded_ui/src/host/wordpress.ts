/** The page inside WordPress: the plugin's page around the frame gives tokens and is told the height. No cookies. */
import { frameParent, tellParent } from './kind'

/** A token lasts a minute; it is not used in its last seconds. */
const GOOD_FOR = 45_000
const PATIENCE = 10_000
const RETRY = 'X-Shopify-Retry-Invalid-Session-Request'

let held: { token: string; until: number } | undefined
let asking: Promise<string | null> | undefined
let asked = 0
const waiting = new Map<number, (token: string | null) => void>()

export function enterWordPress(): void {
  takeFirstToken()
  window.addEventListener('message', (event) => {
    if (event.origin !== frameParent || event.source !== window.parent) return
    const data = event.data as { type?: string; request?: number; token?: string | null } | null
    if (data?.type === 'shoutcode:token' && typeof data.request === 'number') {
      waiting.get(data.request)?.(typeof data.token === 'string' ? data.token : null)
    }
  })
  signRequests()
  followHeight()
  tellParent?.({ type: 'shoutcode:ready' })
}

/** The address brings a token for the first requests; it must stay in no history and no copied link. */
function takeFirstToken(): void {
  const address = new URL(window.location.href)
  const token = address.searchParams.get('id_token')
  if (token) held = { token, until: Date.now() + GOOD_FOR }
  for (const name of ['id_token', 'host', 'store', 'locale']) address.searchParams.delete(name)
  window.history.replaceState(window.history.state, '', address)
}

function token(): Promise<string | null> {
  if (held && Date.now() < held.until) return Promise.resolve(held.token)
  asking ??= ask().finally(() => (asking = undefined))
  return asking
}

function ask(): Promise<string | null> {
  const request = ++asked
  return new Promise((resolve) => {
    const done = (token: string | null) => {
      window.clearTimeout(late)
      waiting.delete(request)
      held = token ? { token, until: Date.now() + GOOD_FOR } : undefined
      resolve(token)
    }
    const late = window.setTimeout(() => done(null), PATIENCE)
    waiting.set(request, done)
    tellParent?.({ type: 'shoutcode:token', request })
  })
}

/** As App Bridge does in Shopify: requests to our own origin carry a token, and one that was refused is tried anew. */
function signRequests(): void {
  const plain = window.fetch.bind(window)
  const signed = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const bearer = new URL(request.url).origin === window.location.origin ? await token() : null
    if (bearer && !request.headers.has('Authorization')) request.headers.set('Authorization', `Bearer ${bearer}`)
    return plain(request)
  }
  window.fetch = async (input, init) => {
    const again = input instanceof Request ? input.clone() : input
    const response = await signed(input, init)
    if (response.status !== 401 || !response.headers.has(RETRY)) return response
    held = undefined
    return signed(again, init)
  }
}

function followHeight(): void {
  const tell = () => tellParent?.({ type: 'shoutcode:height', height: document.body.scrollHeight })
  new ResizeObserver(tell).observe(document.body)
}
