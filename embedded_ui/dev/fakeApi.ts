/** `npm run dev` without a server: the JSON API from memory, and a few lines in place of App Bridge. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { handle, Refusal } from './handlers.ts'

const APP_BRIDGE = `
  window.shopify = {
    toast: { show: (text) => { const box = document.createElement('div'); box.textContent = text; box.setAttribute('role', 'status');
      box.style.cssText = 'position:fixed;bottom:24px;left:50%;transform:translateX(-50%);background:#191b1f;color:#fff;padding:8px 16px;border-radius:8px;z-index:1000';
      document.body.append(box); setTimeout(() => box.remove(), 4000) } },
    saveBar: { show: async (id) => { document.getElementById(id).style.cssText = 'position:fixed;top:8px;right:16px;z-index:1000;display:flex;gap:8px' },
      hide: async (id) => { const bar = document.getElementById(id); if (bar) bar.style.cssText = '' }, leaveConfirmation: async () => undefined },
    loading: () => undefined,
    idToken: async () => 'dev',
  }`
const STYLE = 's-app-nav{display:none} ui-save-bar:not([style]){display:none} ui-save-bar[style=""]{display:none}'

export function fakeApi(): Plugin {
  return {
    name: 'fake-api',
    transformIndexHtml: () => [
      { tag: 'script', children: APP_BRIDGE, injectTo: 'head-prepend' },
      { tag: 'style', children: STYLE, injectTo: 'head' },
    ],
    configureServer: (server) => {
      server.middlewares.use('/api', (request, response) => void answer(request, response))
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const url = new URL(request.url ?? '/', 'http://dev')
  response.setHeader('Content-Type', 'application/json')
  try {
    const out = handle(request.method ?? 'GET', url, body ? (JSON.parse(body) as unknown) : {})
    response.end(JSON.stringify(out))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    response.statusCode = error.status
    response.end(JSON.stringify({ type: 'about:blank', title: error.message, detail: error.message, status: error.status, errors: error.errors }))
  }
}
