import { MantineProvider } from '@mantine/core'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, use } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { queries } from './api/cache'
import { isKnown, sessionQuery } from './api/queries'
import { hostKind } from './host/kind'
import { HostNavigation } from './host/navigation'
import { Page } from './parts/Page'
import { Crash } from './parts/Crash'
import { Failed } from './parts/Failed'
import { PageSkeleton } from './parts/PageSkeleton'
import { SessionContext } from './session'
import * as first from './screens/first'
import { TableSelection } from './screens/influencers/TableSelection'
import { cssVariables, hostTheme } from './theme/hostTheme'

const Home = shown(first.home)
const Influencers = shown(first.influencers)
const Offers = shown(first.offers)
const Offer = shown(first.offer)
const Person = lazy(() => import('./screens/person/PersonPage'))
const Imports = lazy(() => import('./screens/people/ImportsPage'))
const NewOffer = lazy(() => import('./screens/newOffer/NewOfferPage'))
const EditOffer = lazy(() => import('./screens/newOffer/EditOfferPage'))
const Campaigns = lazy(() => import('./screens/campaigns/CampaignsPage'))
const Campaign = lazy(() => import('./screens/campaigns/CampaignPage'))
const Redemptions = lazy(() => import('./screens/redemptions/RedemptionsPage'))
const Redemption = lazy(() => import('./screens/redemptions/RedemptionPage'))
const Messages = lazy(() => import('./screens/messages/MessagesPage'))
const MessageTemplate = lazy(() => import('./screens/messages/TemplatePage'))
const Mail = lazy(() => import('./screens/messages/MailPage'))
const OwnPages = lazy(() => import('./screens/messages/PortalPage'))
const Settings = lazy(() => import('./screens/settings/SettingsPage'))
const Roster = lazy(() => import('./screens/settings/RosterPage'))
const Store = lazy(() => import('./screens/settings/StorePage'))
const People = lazy(() => import('./screens/trust/PeoplePage'))
const Keys = lazy(() => import('./screens/trust/KeysPage'))
const Audit = lazy(() => import('./screens/trust/AuditPage'))
const LinkStore = lazy(() => import('./screens/trust/LinkPage'))
const NotFound = lazy(() => import('./screens/NotFoundPage'))
const OwnToasts = lazy(() => import('./host/OwnToasts'))

/** Unlike a lazy component, one whose script is there already is drawn at once. */
function shown(script: first.ScreenScript) {
  return function Shown() {
    const { default: Screen } = script.screen ?? use(script.fetch())
    return <Screen />
  }
}

export function App() {
  return (
    <MantineProvider theme={hostTheme(hostKind)} cssVariablesResolver={cssVariables} forceColorScheme="light">
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <HostNavigation />
          <Crash>
            <Suspense fallback={<PageSkeleton />}>
              <SignedIn />
            </Suspense>
          </Crash>
          {hostKind === 'wordpress' && (
            <Suspense fallback={null}>
              <OwnToasts />
            </Suspense>
          )}
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  )
}

/** Every screen may count on knowing the store, its zone and its currency. */
function SignedIn() {
  const { data: session, error, refetch } = useQuery(sessionQuery)
  if (error && !session) {
    return (
      <Page title="Shoutcode">
        <Failed error={error} onRetry={() => void refetch()} />
      </Page>
    )
  }
  if (!session || !isKnown(session)) return <PageSkeleton />
  return (
    <SessionContext value={session}>
      <TableSelection>
        <Routes>
          <Route index element={<Home />} />
          <Route path="influencers" element={<Influencers />} />
          <Route path="influencers/import" element={<Imports />} />
          <Route path="influencers/:id" element={<Person />} />
          <Route path="offers" element={<Offers />} />
          <Route path="offers/new" element={<NewOffer />} />
          <Route path="offers/:id" element={<Offer />} />
          <Route path="offers/:id/edit" element={<EditOffer />} />
          <Route path="campaigns" element={<Campaigns />} />
          <Route path="campaigns/:id" element={<Campaign />} />
          <Route path="redemptions" element={<Redemptions />} />
          <Route path="redemptions/:id" element={<Redemption />} />
          <Route path="messages" element={<Messages />} />
          <Route path="messages/templates/:id" element={<MessageTemplate />} />
          <Route path="settings/mail" element={<Mail />} />
          <Route path="settings/portal" element={<OwnPages />} />
          <Route path="settings" element={<Settings />} />
          <Route path="settings/roster" element={<Roster />} />
          <Route path="settings/people" element={<People />} />
          <Route path="settings/keys" element={<Keys />} />
          <Route path="settings/audit" element={<Audit />} />
          <Route path="settings/link" element={<LinkStore />} />
          <Route path="stores/:id" element={<Store />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </TableSelection>
    </SessionContext>
  )
}

