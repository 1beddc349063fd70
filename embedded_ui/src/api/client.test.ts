import { afterEach, expect, it, vi } from 'vitest'
import { address, api, ApiError } from './client'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })))

afterEach(() => vi.unstubAllGlobals())

const refusal = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ApiError)) throw new Error('not refused')
  return error
}

it('writes the address without what is empty', () => {
  expect(address('/influencers', { q: 'a b', tag: '', offer_id: undefined, archived: false })).toBe(
    '/api/influencers?q=a+b&archived=false',
  )
})

it('tells each fault by its field', async () => {
  answer(422, { title: 'Invalid', status: 422, detail: 'Some fields need a change.', errors: [{ field: 'name', message: 'Enter a name.' }] })
  const error = await refusal(api.post('/api/offers', {}))
  expect(error.fields).toEqual({ name: 'Enter a name.' })
  expect(error.message).toBe('Some fields need a change.')
})

it('copes with an answer that is no JSON, and keeps the request id', async () => {
  answer(502, '<html>Bad gateway</html>', { 'X-Request-Id': 'abc' })
  const error = await refusal(api.get('/api/home'))
  expect(error.status).toBe(502)
  expect(error.problem.request_id).toBe('abc')
})

it('says when no answer came at all', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  expect((await refusal(api.get('/api/home'))).status).toBe(0)
})
