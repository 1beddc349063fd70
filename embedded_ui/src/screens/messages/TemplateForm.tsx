import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type SyntheticEvent } from 'react'
import { useNavigate } from 'react-router'
import { address, api, ApiError } from '../../api/client'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { m } from '../../text/messages'
import { LivePreview } from './LivePreview'
import type { Tags, Template, TemplateWords } from './queries'
import { TagChoices } from './TagChoices'

export interface TemplateValues extends TemplateWords {
  name: string
  sender_name: string
  reply_to: string
}

interface TemplateFormProps {
  tags: Tags
  first: TemplateValues
  /** null: it is being written for the first time. */
  template: Template | null
}

type Name = keyof TemplateValues

export function TemplateForm({ tags, first, template }: TemplateFormProps) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [values, setValues] = useState(first)
  const [withHtml, setWithHtml] = useState(first.html !== '')
  const text = useRef<HTMLTextAreaElement>(null)
  const save = useMutation({
    mutationFn: () =>
      template
        ? api.patch<Template>(address(`/message-templates/${template.id}`), values)
        : api.post<Template>(address('/message-templates'), values),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ['messages'] })
      await showToast(m.saved)
      if (!template) await navigate(`/messages/templates/${saved.id}`, { replace: true })
    },
    onError: (error) => {
      const field = error instanceof ApiError ? Object.keys(error.fields)[0] : undefined
      if (field === 'html') setWithHtml(true)
      if (field) document.getElementById(`template-${field}`)?.focus()
    },
  })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const set = (name: Name, value: string) => setValues((now) => ({ ...now, [name]: value }))
  const field = (name: Name) => ({
    id: `template-${name}`,
    value: values[name],
    error: refused[name],
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  })
  const insert = (tag: string) => {
    const area = text.current
    const from = area?.selectionStart ?? values.text.length
    const to = area?.selectionEnd ?? from
    const written = `{{${tag}}}`
    set('text', values.text.slice(0, from) + written + values.text.slice(to))
    requestAnimationFrame(() => {
      area?.focus()
      area?.setSelectionRange(from + written.length, from + written.length)
    })
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <div className="columns">
      <Permitted to="issue">
        <form noValidate className="stack wide" onSubmit={submit}>
          <Card>
            <div className="stack">
              <div className="pair">
                <TextInput label={m.name} description={m.nameHelp} maxLength={120} {...field('name')} />
                <NativeSelect
                  label={m.language}
                  description={m.languageHelp}
                  data={tags.languages.map(({ code, name }) => ({ value: code, label: name }))}
                  {...field('language')}
                />
              </div>
              <TextInput label={m.subject} maxLength={300} {...field('subject')} />
              <Textarea
                label={m.text}
                description={m.textHelp}
                autosize
                minRows={10}
                maxRows={24}
                maxLength={20_000}
                ref={text}
                {...field('text')}
              />
              <TagChoices tags={tags} onChoose={insert} />
              <TextInput label={m.disclosure} description={m.disclosureHelp} maxLength={300} {...field('disclosure')} />
              {withHtml ? (
                <Textarea
                  label={m.html}
                  description={m.htmlHelp}
                  autosize
                  minRows={8}
                  maxRows={24}
                  maxLength={50_000}
                  spellCheck={false}
                  {...field('html')}
                />
              ) : (
                <div>
                  <Button variant="subtle" size="compact-sm" color="ink.7" onClick={() => setWithHtml(true)}>
                    {m.ownHtmlButton}
                  </Button>
                </div>
              )}
              <div className="pair">
                <TextInput
                  label={m.senderName}
                  placeholder={m.asServer}
                  maxLength={120}
                  {...field('sender_name')}
                />
                <TextInput
                  label={m.replyTo}
                  placeholder={m.asServer}
                  type="email"
                  maxLength={320}
                  {...field('reply_to')}
                />
              </div>
              {save.error && (
                <div role="alert" style={{ color: 'var(--sc-danger)' }}>
                  {problemText(save.error)}
                </div>
              )}
              <div>
                <Button type="submit" loading={save.isPending}>
                  {template ? m.save : m.create}
                </Button>
              </div>
            </div>
          </Card>
        </form>
      </Permitted>
      <LivePreview words={words(values)} />
    </div>
  )
}

const words = ({ language, subject, text, html, disclosure }: TemplateValues): TemplateWords => ({
  language,
  subject,
  text,
  html,
  disclosure,
})
