/** What the first page needs is asked for at once: its script, the session and its rows, not one after the other. */
import type { QueryClient } from '@tanstack/react-query'
import { homeQuery, offerQuery, sessionQuery } from './api/queries'
import { entered } from './host/enter'

type Load = (client: QueryClient, id: number) => Promise<unknown>[]

const FIRST: [RegExp, Load][] = [
  [/^\/$/, (client) => [import('./screens/home/HomePage'), client.query(homeQuery)]],
  [
    /^\/influencers\/?$/,
    (client) => [
      import('./screens/influencers/InfluencersPage'),
      import('./screens/influencers/usePeople').then(({ prefetchPeople }) =>
        prefetchPeople(client, new URLSearchParams(location.search)),
      ),
    ],
  ],
  [/^\/offers\/?$/, () => [import('./screens/offers/OffersPage')]],
  [/^\/offers\/(\d+)$/, (client, id) => [import('./screens/offer/OfferPage'), client.query(offerQuery(id))]],
]

export function preload(client: QueryClient): void {
  if (entered) void entered.then(() => ask(client))
  else ask(client)
}

function ask(client: QueryClient): void {
  void client.query(sessionQuery).catch(() => undefined)
  for (const [path, load] of FIRST) {
    const found = path.exec(location.pathname)
    // What fails here is asked for again by the page, which then says so.
    if (found) void Promise.allSettled(load(client, Number(found[1])))
  }
}
