/** Answers asked for before the page's own script was there (src/start.ts), each handed out once to whoever needs it. */

/** After this many milliseconds of the document's life an answer that nobody took is old. */
const FRESH = 10_000

const coming = new Map<string, Promise<Response | null>>()

/** The document's own token serves: nobody has to be asked for another one. Null: to be asked for in the usual way. */
export function askEarly(url: string, token: string): Promise<Response | null> {
  const headers = { Accept: 'application/json', Authorization: `Bearer ${token}` }
  const answer = fetch(url, { headers }).then(
    (response) => (response.ok ? response : null),
    () => null,
  )
  coming.set(url, answer)
  return answer
}

export function takeEarly(url: string): Promise<Response | null> | undefined {
  const answer = coming.get(url)
  coming.delete(url)
  return performance.now() < FRESH ? answer : undefined
}
