/**
 * The first script, and a small one: asks for the data and the screen of the address while the rest of the page is
 * still on its way. It waits for nothing, so what it asks for is signed with the token that the document came with.
 */
import { addresses } from './api/addresses'
import { askEarly } from './api/early'
import type { SavedView } from './api/types'
import { readView, saysNothing } from './screens/influencers/view'
import { firstScreen } from './screens/first'

const search = new URLSearchParams(location.search)
const token = search.get('id_token')

const DATA: [RegExp, (token: string, id: number) => unknown][] = [
  [/^\/$/, (token) => askEarly(addresses.home, token)],
  [/^\/influencers\/?$/, askPeople],
  [/^\/offers\/?$/, (token) => askEarly(addresses.offers(search.get('state') ?? '', search.get('q') ?? ''), token)],
  [
    /^\/offers\/(\d+)\/?$/,
    (token, id) => [addresses.offer(id), addresses.offerCodes(id)].map((url) => askEarly(url, token)),
  ],
]

/** Which rows are meant may stand in a saved view. */
async function askPeople(token: string): Promise<void> {
  const views = askEarly(addresses.views, token)
  for (const url of [addresses.recentOffers, addresses.roster]) void askEarly(url, token)
  let saved: SavedView[] = []
  if (saysNothing(search)) {
    const answer = await views
    if (!answer) return
    saved = ((await answer.clone().json()) as { items: SavedView[] }).items
  }
  void askEarly(addresses.people(readView(search, saved)), token)
}

if (token) {
  void askEarly(addresses.session, token)
  for (const [path, ask] of DATA) {
    const found = path.exec(location.pathname)
    if (found) ask(token, Number(found[1]))
  }
}
// The page asks again for what could not be fetched, and says so.
void firstScreen(location.pathname)?.fetch().catch(() => undefined)
