import '../../styles/messages.css'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { Banner } from '../../parts/Banner'
import { Page } from '../../parts/Page'
import { Permitted } from '../../parts/Permitted'
import { m } from '../../text/messages'
import { MessageList } from './MessageList'
import { mailServerQuery } from './queries'
import { Runs } from './Runs'
import { Templates } from './Templates'
import { Wishes } from './Wishes'

const TABS = ['messages', 'templates', 'wishes'] as const
type Tab = (typeof TABS)[number]

const isTab = (word: string | null): word is Tab => TABS.some((tab) => tab === word)

export default function MessagesPage() {
  const [search] = useSearchParams()
  const asked = search.get('tab')
  const tab = isTab(asked) ? asked : 'messages'
  return (
    <Page
      title={m.title}
      actions={
        <Permitted to="issue">
          <Button component={Link} to="/messages/templates/new">
            {m.newTemplate}
          </Button>
        </Permitted>
      }
    >
      <div className="stack wide">
        <MailBanner />
        <nav className="tabs" aria-label={m.title}>
          {TABS.map((name) => (
            <Link
              key={name}
              to={name === 'messages' ? '/messages' : `/messages?tab=${name}`}
              className="tab"
              {...(name === tab && { 'aria-current': 'page' as const })}
            >
              {m.tabs[name]}
            </Link>
          ))}
        </nav>
        {tab === 'messages' && (
          <>
            <Runs />
            <MessageList />
          </>
        )}
        {tab === 'templates' && <Templates />}
        {tab === 'wishes' && <Wishes />}
      </div>
    </Page>
  )
}

/** What keeps messages from leaving, with the way to mend it. */
function MailBanner() {
  const { data: server } = useQuery(mailServerQuery)
  if (!server) return null
  if (!server.connected) {
    return (
      <Banner
        tone="info"
        title={m.noServer}
        actions={
          <Button component={Link} to="/settings/mail" variant="default">
            {m.setUp}
          </Button>
        }
      >
        {m.noServerText}
      </Banner>
    )
  }
  if (!server.trouble) return null
  return (
    <Banner
      tone="warning"
      title={m.serverTrouble}
      actions={
        <Button component={Link} to="/settings/mail" variant="default">
          {m.openMail}
        </Button>
      }
    >
      {server.trouble} {m.serverGoesOn}
    </Banner>
  )
}
