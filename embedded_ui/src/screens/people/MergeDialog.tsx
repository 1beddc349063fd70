import '../../styles/modal'
import '../../styles/people.css'
import { Button, Modal, NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { address, api } from '../../api/client'
import type { components } from '../../api/schema'
import type { Influencer, InfluencerRow, Page } from '../../api/types'
import { showToast } from '../../host/toast'
import { Failed, problemText } from '../../parts/Failed'
import { SearchField } from '../../parts/SearchField'
import { useFocusBack } from '../../parts/useFocusBack'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { p } from '../../text/people'

interface Named {
  id: number
  name: string
}
interface MergeDialogProps {
  person: Influencer
  other?: Named
  onClose: () => void
}

/** Who else this person is, what would move, which values count; then for good. */
export default function MergeDialog({ person, other: given, onClose }: MergeDialogProps) {
  useFocusBack()
  const [other, setOther] = useState<Named | null>(given ?? null)
  return (
    <Modal
      opened
      size={560}
      onClose={onClose}
      title={p.merge.title(person.name)}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {other ? (
        <Preview person={person} other={other} onAnother={() => setOther(null)} onClose={onClose} />
      ) : (
        <Search person={person} onPick={setOther} />
      )}
    </Modal>
  )
}

function Search({ person, onPick }: { person: Influencer; onPick: (other: Named) => void }) {
  const [q, setQ] = useState('')
  const { data, error } = useQuery({
    queryKey: ['influencers', 'merge-search', q],
    queryFn: ({ signal }) => api.get<Page<InfluencerRow>>(address('/influencers', { q, limit: 8 }), signal),
    enabled: q !== '',
  })
  const found = (data?.items ?? []).filter((row) => row.id !== person.id)
  return (
    <div className="stack wide">
      <div>
        <div className="strong">{p.merge.find}</div>
        <SearchField value={q} label={p.merge.find} placeholder={p.merge.findHelp} onSearch={setQ} />
      </div>
      {error && <Failed error={error} />}
      {data && found.length === 0 && <div className="muted">{p.merge.none}</div>}
      <ul className="list bare" style={{ minHeight: 160 }}>
        {found.map((row) => (
          <li key={row.id} style={{ padding: 0 }}>
            <button type="button" className="pick-person" onClick={() => onPick({ id: row.id, name: row.name })}>
              <span className="strong">{row.name}</span>
              <div className="muted small">
                {[row.email, row.external_id, ...row.handles.map((one) => `@${one.handle}`)].filter(Boolean).join(' · ') || t.none}
              </div>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

type MergePreview = components['schemas']['MergePreview']

function Preview({ person, other, onAnother, onClose }: { person: Influencer; other: Named; onAnother: () => void; onClose: () => void }) {
  const [take, setTake] = useState<ReadonlySet<string>>(new Set())
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data, error } = useQuery({
    queryKey: ['influencers', person.id, 'merge-preview', other.id],
    queryFn: ({ signal }) =>
      api.post<MergePreview>(address(`/influencers/${person.id}/merge-preview`), { other_id: other.id }, signal),
    staleTime: 0,
  })
  const merge = useMutation({
    mutationFn: () => api.post(address(`/influencers/${person.id}/merge`), { other_id: other.id, take: [...take] }),
    onSuccess: async () => {
      onClose()
      void navigate(`/influencers/${person.id}`)
      await client.invalidateQueries()
      await showToast(p.merge.done(person.name))
    },
  })
  if (!data) return error ? <Failed error={error} /> : <CardSkeleton lines={4} title={false} />

  const choose = (field: string, dropped: boolean) => {
    const next = new Set(take)
    if (dropped) next.add(field)
    else next.delete(field)
    setTake(next)
  }
  const { codes, orders, messages } = data.moves
  return (
    <div className="stack wide">
      <div>
        <div className="strong">{p.merge.into(other.name, person.name)}</div>
        <div className="muted">{p.merge.moves(codes, orders, messages)}</div>
      </div>
      {data.differences.length > 0 && (
        <div className="stack">
          <div className="strong">{p.merge.differ}</div>
          {data.differences.map(({ field, kept, dropped, can_take }) =>
            can_take ? (
              <NativeSelect
                key={field}
                label={p.import.fields[field] ?? field}
                data={[
                  { value: 'kept', label: kept },
                  { value: 'dropped', label: dropped },
                ]}
                value={take.has(field) ? 'dropped' : 'kept'}
                onChange={({ currentTarget: { value } }) => choose(field, value === 'dropped')}
              />
            ) : (
              <div key={field}>
                <div className="field-label">{p.import.fields[field] ?? field}</div>
                <div className="muted">{p.merge.rosterKeeps(kept, dropped)}</div>
              </div>
            ),
          )}
        </div>
      )}
      <div className="muted">
        {p.merge.joined} {p.merge.forGood}
      </div>
      {merge.error && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(merge.error)}
        </div>
      )}
      <div className="row end wrap">
        <Button variant="default" onClick={onAnother} data-autofocus>
          {p.merge.another}
        </Button>
        <Button color="danger.6" loading={merge.isPending} onClick={() => merge.mutate()}>
          {p.merge.submit(other.name, person.name)}
        </Button>
      </div>
    </div>
  )
}
