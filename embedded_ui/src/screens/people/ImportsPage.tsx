import { Button } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { address, download } from '../../api/client'
import { dateTime, int } from '../../lib/format'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { Permitted } from '../../parts/Permitted'
import { CardSkeleton } from '../../parts/Waiting'
import { useZone } from '../../session'
import { t } from '../../text'
import { p } from '../../text/people'
import { importsQuery, OUTCOMES, type Import } from './imports'

const ImportDialog = lazy(() => import('./ImportDialog'))
const back = { to: '/influencers', label: t.influencers.title }

/** The files that came in, and what became of their rows. */
export default function ImportsPage() {
  const [open, setOpen] = useState(false)
  const query = useQuery({ ...importsQuery, refetchInterval: 5_000 })
  const button = (
    <Permitted to="issue">
      <Button onClick={() => setOpen(true)}>{p.imports.start}</Button>
    </Permitted>
  )
  const files = query.data?.items ?? []
  return (
    <Page title={p.imports.title} back={back} facts={p.imports.facts} actions={files.length > 0 && button}>
      {!query.data ? (
        query.error ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <CardSkeleton lines={5} title={false} />
      ) : files.length === 0 ? (
        <section className="card">
          <Empty icon={<IconFileImport size={28} aria-hidden />} title={p.imports.emptyTitle} text={p.imports.emptyText}>
            {button}
          </Empty>
        </section>
      ) : (
        <section className="card" aria-label={p.imports.title}>
          <ul className="list">
            {files.map((file) => (
              <File key={file.id} file={file} />
            ))}
          </ul>
        </section>
      )}
      <Suspense fallback={null}>{open && <ImportDialog onClose={() => setOpen(false)} />}</Suspense>
    </Page>
  )
}

function File({ file }: { file: Import }) {
  const zone = useZone()
  const save = useMutation({
    mutationFn: () => download(address(`/influencer-imports/${file.id}/result.csv`), 'import-result.csv'),
  })
  const counted = OUTCOMES.filter((outcome) => file.counts[outcome] > 0)
  return (
    <li className="row wrap">
      <div className="grow" style={{ minWidth: 200 }}>
        <div className="strong">{file.name || p.import.pasted}</div>
        <div className="muted small">
          {dateTime(file.created_at, zone)} · {t.actor(file.started_by)}
        </div>
        {file.message && <div className="small">{file.message}</div>}
      </div>
      <div className="small figures" style={{ minWidth: 160 }}>
        <div>{p.imports.states[file.state] ?? file.state}</div>
        <div className="muted">
          {counted.map((outcome) => `${p.import.outcomes[outcome]} ${int(file.counts[outcome])}`).join(' · ')}
        </div>
      </div>
      <Button
        variant="default"
        size="compact-sm"
        disabled={counted.length === 0}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        {p.import.download}
      </Button>
    </li>
  )
}
