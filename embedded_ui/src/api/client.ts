import { takeEarly } from './early'
import type { Problem } from './types'

export { address } from './addresses'

/** What the API refused, in its own words. Status 0: no answer came. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.problem = problem
  }

  get status(): number {
    return this.problem.status
  }

  /** Messages by field, for showing each where it belongs. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((error) => [error.field, error.message]))
  }
}

/** The host adds the ID token to requests of this page; nothing is kept here. */
async function send<Answer>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const early = method === 'GET' && (await takeEarly(url))
  if (early) return (await early.json()) as Answer
  let response: Response
  const isJson = body !== undefined && !(body instanceof FormData)
  try {
    response = await fetch(url, {
      method,
      headers: { Accept: 'application/json', ...(isJson && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
      ...(signal && { signal }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError({ type: 'about:blank', title: 'no-answer', status: 0 })
  }
  if (!response.ok) throw new ApiError(await problemOf(response))
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

async function problemOf(response: Response): Promise<Problem> {
  const bare: Problem = { type: 'about:blank', title: response.statusText, status: response.status }
  const requestId = response.headers.get('X-Request-Id')
  const known = requestId ? { ...bare, request_id: requestId } : bare
  try {
    return { ...known, ...((await response.json()) as Partial<Problem>) }
  } catch {
    return known // A proxy's page, not our JSON: the status is all there is to say.
  }
}

export const api = {
  get: <Answer>(url: string, signal?: AbortSignal) => send<Answer>('GET', url, undefined, signal),
  post: <Answer>(url: string, body: unknown = {}, signal?: AbortSignal) => send<Answer>('POST', url, body, signal),
  put: <Answer>(url: string, body: unknown) => send<Answer>('PUT', url, body),
  patch: <Answer>(url: string, body: unknown) => send<Answer>('PATCH', url, body),
  remove: <Answer>(url: string) => send<Answer>('DELETE', url),
}

/** A file of the API, saved under `name`: a plain link would go without the ID token. */
export const download = (url: string, name: string) => saved(fetch(url), name)

/** The same for a file whose rows are picked by a body too long for an address. */
export const downloadPosted = (url: string, body: unknown, name: string) =>
  saved(fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }), name)

async function saved(asked: Promise<Response>, name: string): Promise<void> {
  const response = await asked
  if (!response.ok) throw new ApiError(await problemOf(response))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
