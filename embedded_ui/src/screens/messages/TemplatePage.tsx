import '../../styles/messages.css'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'react-router'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { CardSkeleton } from '../../parts/Waiting'
import { m } from '../../text/messages'
import { tagsQuery, templateQuery, type Tags, type Template } from './queries'
import { TemplateForm, type TemplateValues } from './TemplateForm'

const back = { to: '/messages?tab=templates', label: m.templates }
const EMPTY: TemplateValues = {
  name: '', language: 'en', subject: '', text: '', html: '', disclosure: '', sender_name: '', reply_to: '',
}

export default function TemplatePage() {
  const { id } = useParams()
  return id === 'new' || id === undefined ? <NewTemplate /> : <KnownTemplate id={Number(id)} />
}

function NewTemplate() {
  const [search] = useSearchParams()
  const { data: tags, error, refetch } = useQuery(tagsQuery)
  const starter = tags?.starters[Number(search.get('from') ?? -1)]
  return (
    <Page title={m.newTemplate} back={back}>
      {error && !tags ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : tags ? (
        <TemplateForm tags={tags} first={starter ? { ...EMPTY, ...starter } : EMPTY} template={null} />
      ) : (
        <CardSkeleton lines={10} title={false} />
      )}
    </Page>
  )
}

function KnownTemplate({ id }: { id: number }) {
  const { data: template, error, refetch } = useQuery(templateQuery(id))
  const { data: tags } = useQuery(tagsQuery)
  return (
    <Page title={template?.name ?? m.template} back={back}>
      {error && !template ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : template && tags ? (
        <Editing key={template.id} template={template} tags={tags} />
      ) : (
        <CardSkeleton lines={10} title={false} />
      )}
    </Page>
  )
}

function Editing({ template, tags }: { template: Template; tags: Tags }) {
  const { name, language, subject, text, html, disclosure, sender_name, reply_to } = template
  return (
    <TemplateForm
      tags={tags}
      template={template}
      first={{ name, language, subject, text, html, disclosure, sender_name, reply_to }}
    />
  )
}
