import { afterEach, expect, test, vi } from 'vitest'
import { api } from './client'
import { askEarly, takeEarly } from './early'

const answers = (...given: (Response | Error)[]) => {
  const fetched = vi.fn<typeof fetch>()
  for (const one of given) {
    if (one instanceof Error) fetched.mockRejectedValueOnce(one)
    else fetched.mockResolvedValueOnce(one)
  }
  vi.stubGlobal('fetch', fetched)
  return fetched
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('an answer asked for early is handed out once, and asked for with the token of the document', async () => {
  const fetched = answers(Response.json({ now: 'early' }), Response.json({ now: 'later' }))
  void askEarly('/api/home', 'abc')
  expect(fetched).toHaveBeenCalledWith('/api/home', { headers: { Accept: 'application/json', Authorization: 'Bearer abc' } })
  expect(await api.get('/api/home')).toEqual({ now: 'early' })
  expect(await api.get('/api/home')).toEqual({ now: 'later' })
})

test.each([new Response('', { status: 401 }), new TypeError('no network')])(
  'what was refused or lost early is asked for in the usual way',
  async (first) => {
    answers(first, Response.json({ now: 'usual' }))
    void askEarly('/api/home', 'old')
    expect(await api.get('/api/home')).toEqual({ now: 'usual' })
  },
)

test('an answer that nobody took in time is not used', async () => {
  answers(Response.json({ now: 'early' }))
  await askEarly('/api/home', 'abc')
  vi.spyOn(performance, 'now').mockReturnValue(60_000)
  expect(takeEarly('/api/home')).toBeUndefined()
})
