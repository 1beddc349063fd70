import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { ApiError } from './api/client'
import { isKnown, sessionQuery } from './api/queries'
import { preload } from './firstPage'
import { hostKind } from './host/kind'
import { HostNavigation } from './host/navigation'
import { Page } from './parts/Page'
import { Crash } from './parts/Crash'
import { Failed } from './parts/Failed'
import { PageSkeleton } from './parts/PageSkeleton'
import { SessionContext } from './session'
import { TableSelection } from './screens/influencers/TableSelection'
import { cssVariables, hostTheme } from './theme/hostTheme'

const Home = lazy(() => import('./screens/home/HomePage'))
const Influencers = lazy(() => import('./screens/influencers/InfluencersPage'))
const Person = lazy(() => import('./screens/person/PersonPage'))
const Imports = lazy(() => import('./screens/people/ImportsPage'))
const Offers = lazy(() => import('./screens/offers/OffersPage'))
const NewOffer = lazy(() => import('./screens/newOffer/NewOfferPage'))
const EditOffer = lazy(() => import('./screens/newOffer/EditOfferPage'))
const Offer = lazy(() => import('./screens/offer/OfferPage'))
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

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchIntervalInBackground: true,
      // A refusal stays a refusal; only silence and faults of the server are worth asking again.
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
})

preload(queries)

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

