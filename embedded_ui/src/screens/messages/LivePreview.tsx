import { Button, NativeSelect, TextInput } from '@mantine/core'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api } from '../../api/client'
import type { Page as ListPage } from '../../api/types'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { Permitted } from '../../parts/Permitted'
import { Line } from '../../parts/Waiting'
import { m } from '../../text/messages'
import { LetterPreview } from './LetterPreview'
import { MessageStatus } from './MessageStatus'
import type { Preview, TemplateWords, Tried } from './queries'
import { useDebounced } from './useDebounced'

interface Named {
  id: number
  name: string
}

/** What is being written, as an example or a person would get it. */
export function LivePreview({ words }: { words: TemplateWords }) {
  const [person, setPerson] = useState('')
  const settled = useDebounced(words, 400)
  const { data: people } = useQuery({
    queryKey: ['influencers', 'for-preview'],
    queryFn: ({ signal }) => api.get<ListPage<Named>>(address('/influencers', { limit: 20 }), signal),
    staleTime: 60_000,
  })
  const body = { words: settled, ...(person && { selection: { ids: [Number(person)] } }) }
  const { data, error } = useQuery({
    queryKey: ['message-previews', body],
    queryFn: ({ signal }) => api.post<Preview>(address('/message-previews'), body, signal),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const letter = data?.items[0]
  return (
    <div className="stack wide side">
      <Card title={m.preview}>
        <div className="stack">
          <NativeSelect
            label={m.previewOf}
            data={[
              { value: '', label: m.example },
              ...(people?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
            ]}
            value={person}
            onChange={(event) => setPerson(event.currentTarget.value)}
          />
          {letter && person !== '' && (
            <div role="status">
              <MessageStatus state={letter.state === 'ready' ? 'sent' : letter.state}>
                {letter.state === 'ready' ? m.ready : (m.states[letter.state] ?? letter.state)}
              </MessageStatus>
              {letter.detail && <div className="small">{letter.detail}</div>}
            </div>
          )}
          {error && <div className="muted small">{m.broken}</div>}
          {letter ? <LetterPreview letter={letter} /> : !error && <Line width="100%" height={420} />}
        </div>
      </Card>
      <Permitted to="issue">
        <TestMail words={words} person={person} />
      </Permitted>
    </div>
  )
}

function TestMail({ words, person }: { words: TemplateWords; person: string }) {
  const [to, setTo] = useState('')
  const test = useMutation({
    mutationFn: () =>
      api.post<Tried>(address('/message-tests'), { words, to, ...(person && { influencer_id: Number(person) }) }),
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    test.mutate()
  }
  return (
    <Card title={m.test}>
      <form noValidate className="stack" onSubmit={submit}>
        <TextInput
          label={m.testTo}
          type="email"
          maxLength={320}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" variant="default" loading={test.isPending} disabled={to.trim() === ''}>
            {m.testSend}
          </Button>
        </div>
        <div role="status">
          {test.data && (
            <span style={{ color: `var(--sc-${test.data.ok ? 'success' : 'danger'})` }}>{test.data.message}</span>
          )}
          {test.error && <span style={{ color: 'var(--sc-danger)' }}>{problemText(test.error)}</span>}
        </div>
      </form>
    </Card>
  )
}
