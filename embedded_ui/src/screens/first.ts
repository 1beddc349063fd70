/** The screens that a merchant opens the page with: their script is asked for at once, not after the page's own. */
import type { QueryClient } from '@tanstack/react-query'
import type { ComponentType } from 'react'

export interface Screen {
  default: ComponentType
  /** What is to be there before the screen is drawn. */
  load: (client: QueryClient) => Promise<unknown>[]
}

export interface ScreenScript {
  fetch: () => Promise<Screen>
  /** Once it has come. */
  screen: Screen | undefined
}

function script(load: () => Promise<Screen>): ScreenScript {
  let coming: Promise<Screen> | undefined
  const own: ScreenScript = {
    fetch: () => (coming ??= load().then((screen) => (own.screen = screen))),
    screen: undefined,
  }
  return own
}

export const home = script(() => import('./home/HomePage'))
export const influencers = script(() => import('./influencers/InfluencersPage'))
export const offers = script(() => import('./offers/OffersPage'))
export const offer = script(() => import('./offer/OfferPage'))

const PATHS: [RegExp, ScreenScript][] = [
  [/^\/$/, home],
  [/^\/influencers\/?$/, influencers],
  [/^\/offers\/?$/, offers],
  [/^\/offers\/\d+\/?$/, offer],
]

export const firstScreen = (path: string) => PATHS.find(([pattern]) => pattern.test(path))?.[1]
