import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { Incentive } from '../../api/campaigns'
import { useMay } from '../../session'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { mailServerQuery, templateQuery, templatesQuery, type Template } from '../messages/queries'

const WRITE_ONE = '/messages/templates/new'

interface ReleaseMessageProps {
  incentive: Incentive | undefined
  value: string
  error: string | undefined
  onChange: (value: string) => void
}

/** Which message tells a creator of their code; '' is none. */
export function ReleaseMessage({ incentive, value, error, onChange }: ReleaseMessageProps) {
  const { data: templates } = useQuery(templatesQuery())
  const chosen = useTemplate(incentive?.template_id ?? null)
  const writes = useMay('issue')
  const choices = templates?.items ?? []
  const archived = chosen?.archived ? [chosen] : []
  const none = templates?.items.length === 0 && !chosen
  const changed = value !== '' && value !== String(incentive?.template_id ?? '')
  return (
    <div className="stack tight">
      <NativeSelect
        label={k.incentive.message}
        description={k.incentive.messageHelp}
        data={[
          { value: '', label: k.incentive.noMessage },
          ...[...archived, ...choices].map((template) => ({ value: String(template.id), label: nameOf(template) })),
        ]}
        value={value}
        disabled={!templates || none}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {none && writes && (
        <div className="small muted">
          {k.incentive.noTemplates} <Link to={WRITE_ONE}>{k.incentive.writeTemplate}</Link>
        </div>
      )}
      {changed && incentive && incentive.pool.released > 0 && (
        <div className="small low-text">{k.incentive.messageToHolders}</div>
      )}
      {value !== '' && <NoMailServer />}
    </div>
  )
}

/** On the incentive's card: the message's name, which leads to it. */
export function MessageName({ id }: { id: number | null }) {
  const template = useTemplate(id)
  if (id === null) return k.incentive.noMessage
  return template ? <Link to={`/messages/templates/${id}`}>{nameOf(template)}</Link> : t.none
}

function NoMailServer() {
  const { data: server } = useQuery(mailServerQuery)
  if (server?.connected !== false) return null
  return (
    <div className="small low-text">
      {k.incentive.noMailServer} <Link to="/settings/mail">{k.incentive.setUpMail}</Link>
    </div>
  )
}

function useTemplate(id: number | null): Template | undefined {
  return useQuery({ ...templateQuery(id ?? 0), enabled: id !== null }).data
}

const nameOf = (template: Template) => (template.archived ? k.incentive.archivedMessage(template.name) : template.name)
