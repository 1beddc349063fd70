/** What the first page needs is asked for at once, and drawn at once: with its data, where they are there in time. */
import { sessionQuery } from './api/queries'
import { queries } from './api/cache'
import { firstScreen } from './screens/first'

/** As long as nobody minds an empty page; whatever takes longer is waited for with placeholders. */
const BLINK = 200

export async function ready(): Promise<void> {
  const session = queries.query(sessionQuery).catch(() => undefined)
  const screen = await firstScreen(location.pathname)
    ?.fetch()
    .catch(() => undefined)
  const data = [session, ...(screen?.load(queries) ?? [])]
  // What fails here is asked for again by the page, which then says so.
  await Promise.race([Promise.allSettled(data), new Promise((resolve) => setTimeout(resolve, BLINK))])
}
