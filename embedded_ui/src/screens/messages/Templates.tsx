import { Button } from '@mantine/core'
import { IconTemplate } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { showToast } from '../../host/toast'
import { ago } from '../../lib/format'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { CardSkeleton } from '../../parts/Waiting'
import { useZone } from '../../session'
import { m } from '../../text/messages'
import { tagsQuery, templatesQuery, useMessageWrite, type Template } from './queries'

export function Templates() {
  const [archived, setArchived] = useState(false)
  const { data, error, refetch } = useQuery(templatesQuery(archived))
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  return (
    <>
      {!data ? (
        <CardSkeleton lines={5} title={false} />
      ) : (
        <section className="card" aria-label={m.templates}>
          {data.items.length === 0 ? (
            <Empty
              icon={<IconTemplate size={28} aria-hidden />}
              title={m.templatesNone}
              {...(!archived && { text: m.templatesNoneText })}
            />
          ) : (
            <ul className="list">
              {data.items.map((template) => (
                <TemplateRow key={template.id} template={template} />
              ))}
            </ul>
          )}
          <div className="card-foot">
            <Button variant="subtle" size="compact-sm" color="ink.7" onClick={() => setArchived(!archived)}>
              {archived ? m.showActive : m.showArchived}
            </Button>
          </div>
        </section>
      )}
      {!archived && data?.items.length === 0 && <Starters />}
    </>
  )
}

function TemplateRow({ template }: { template: Template }) {
  const zone = useZone()
  const act = useMessageWrite(
    `/message-templates/${template.id}/${template.archived ? 'restore' : 'archive'}`,
    () => showToast(template.archived ? m.restoredToast : m.archivedToast),
  )
  return (
    <li className="row wrap">
      <div className="grow">
        <Link className="strong plain-link" to={`/messages/templates/${template.id}`}>
          {template.name}
        </Link>
        <div className="muted small trunc">
          {template.subject} · {ago(template.updated_at, zone)}
        </div>
      </div>
      <Permitted to="issue">
        <Button variant="default" size="compact-sm" loading={act.isPending} onClick={() => act.mutate({})}>
          {template.archived ? m.restore : m.archive}
          <span className="visually-hidden"> {template.name}</span>
        </Button>
      </Permitted>
    </li>
  )
}

export function Starters() {
  const { data } = useQuery(tagsQuery)
  return (
    <section className="card" aria-label={m.startFrom}>
      <div className="card-head">
        <h2 className="grow">{m.startFrom}</h2>
      </div>
      <ul className="list" style={{ marginTop: 6 }}>
        {data?.starters.map((starter, index) => (
          <li key={starter.name} className="row">
            <div className="grow">
              <Link className="strong plain-link" to={`/messages/templates/new?from=${index}`}>
                {starter.name}
              </Link>
              <div className="muted small trunc">{starter.subject}</div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
