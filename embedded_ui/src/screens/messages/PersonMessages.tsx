import '../../styles/messages.css'
import { useQuery } from '@tanstack/react-query'
import { address, api } from '../../api/client'
import { Card } from '../../parts/Card'
import { m } from '../../text/messages'
import { MessageRow } from './MessageRow'
import type { Messages } from './queries'

const SHOWN = 5

/** What was sent to one person, the newest first; nothing where there is nothing. */
export function PersonMessages({ influencerId }: { influencerId: number }) {
  const { data } = useQuery({
    queryKey: ['messages', 'of', influencerId],
    queryFn: ({ signal }) => api.get<Messages>(address('/messages', { influencer_id: influencerId }), signal),
  })
  if (!data || data.items.length === 0) return null
  return (
    <Card title={m.title} flush>
      <ul className="list" style={{ marginTop: 6 }}>
        {data.items.slice(0, SHOWN).map((message) => (
          <MessageRow key={message.id} message={message} named={false} />
        ))}
      </ul>
    </Card>
  )
}
