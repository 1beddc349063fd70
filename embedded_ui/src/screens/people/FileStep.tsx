import { Button, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api, ApiError } from '../../api/client'
import { problemText } from '../../parts/Failed'
import { p } from '../../text/people'
import { importQuery, type Import } from './imports'

const EXAMPLE =
  '\ufeffexternal_id,first_name,last_name,email,handles,tags,country,preferred_code,commission_rate\r\n' +
  '1001,Ana,Rossi,ana@example.com,instagram:ana.rossi,vip; skincare,IT,ANAROSSI,10\r\n'

export function FileStep({ onSent }: { onSent: (file: Import) => void }) {
  const [over, setOver] = useState(false)
  const [pasted, setPasted] = useState('')
  const client = useQueryClient()
  const send = useMutation({
    mutationFn: (file: File) => {
      const body = new FormData()
      body.append('file', file)
      return api.post<Import>(address('/influencer-imports'), body)
    },
    onSuccess: (file) => {
      client.setQueryData(importQuery(file.id).queryKey, file)
      onSent(file)
    },
  })
  const refused = send.error instanceof ApiError ? (send.error.fields.file ?? problemText(send.error)) : send.error?.message

  return (
    <div className="stack wide">
      <div className="drop" data-over={over}>
        <div style={{ marginBottom: 8 }}>{p.import.drop}</div>
        <Button component="span" loading={send.isPending} aria-hidden>
          {p.import.choose}
        </Button>
        {/* Lies over the whole box: a file field takes dropped files by itself. */}
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
          aria-label={p.import.choose}
          data-autofocus
          onDragEnter={() => setOver(true)}
          onDragLeave={() => setOver(false)}
          onDrop={() => setOver(false)}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            // The same file may be chosen again once it was mended.
            event.currentTarget.value = ''
            if (file) send.mutate(file)
          }}
        />
        <div className="muted small" style={{ marginTop: 10 }}>
          {p.import.formats}
        </div>
      </div>
      <Textarea
        label={p.import.paste}
        description={p.import.pasteHelp}
        rows={4}
        value={pasted}
        onChange={(event) => setPasted(event.currentTarget.value)}
      />
      {refused && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {refused}
        </div>
      )}
      <div className="row between wrap">
        <a className="small" download="influencers.csv" href={`data:text/csv;charset=utf-8,${encodeURIComponent(EXAMPLE)}`}>
          {p.import.example}
        </a>
        <Button
          variant="default"
          disabled={pasted.trim() === ''}
          loading={send.isPending}
          onClick={() => send.mutate(new File([pasted], p.import.pasted, { type: 'text/csv' }))}
        >
          {p.import.readPasted}
        </Button>
      </div>
    </div>
  )
}
