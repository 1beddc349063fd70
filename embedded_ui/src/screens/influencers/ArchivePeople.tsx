import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { PeopleChange } from '../../api/types'
import { showToast } from '../../host/toast'
import { toBody, type Selection } from '../../lib/selection'
import ConfirmDialog from '../../parts/ConfirmDialog'
import { problemText } from '../../parts/Failed'
import { tt } from '../../text/table'

interface ArchivePeopleProps {
  kind: PeopleChange['kind']
  selection: Selection
  count: number
  onClose: () => void
  onDone: () => void
}

/** Says its reach, then does it; what takes longer shows how far it is. */
export default function ArchivePeople({ kind, selection, count, onClose, onDone }: ArchivePeopleProps) {
  const client = useQueryClient()
  const [far, setFar] = useState<PeopleChange | null>(null)
  const change = useMutation({
    mutationFn: async () =>
      finished(await api.post<PeopleChange>(address(`/influencers/${kind}`), { selection: toBody(selection) }), setFar),
    onSuccess: async (made) => {
      onDone()
      onClose()
      await refresh(client)
      await tell(client, made, true)
    },
  })
  const archiving = kind === 'archive'
  return (
    <ConfirmDialog
      opened
      title={archiving ? tt.archiveTitle(count) : tt.restoreTitle(count)}
      action={archiving ? tt.archiveDo(count) : tt.restoreDo(count)}
      busy={change.isPending}
      error={change.error ? problemText(change.error) : undefined}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    >
      {archiving ? tt.archiveText : tt.restoreText}
      <div role="status" className="muted figures" style={{ minHeight: 20, marginTop: 8 }}>
        {far && (archiving ? tt.archiving : tt.restoring)(far.done, far.total)}
      </div>
    </ConfirmDialog>
  )
}

const EVERY_MS = 700

async function finished(change: PeopleChange, onStep: (change: PeopleChange) => void): Promise<PeopleChange> {
  let now = change
  while (now.finished_at === null) {
    onStep(now)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    now = await api.get<PeopleChange>(address(`/influencer-changes/${change.id}`))
  }
  return now
}

const refresh = (client: QueryClient) => client.invalidateQueries({ queryKey: ['influencers'] })

async function tell(client: QueryClient, change: PeopleChange, undoable: boolean) {
  const words = (change.kind === 'archive' ? tt.archived : tt.restored)(change.total)
  await showToast(words, undoable ? { label: tt.undo, run: () => void undo(client, change) } : undefined)
}

async function undo(client: QueryClient, change: PeopleChange) {
  const back = await finished(await api.post<PeopleChange>(address(`/influencer-changes/${change.id}/undo`)), () => undefined)
  await refresh(client)
  await tell(client, back, false)
}
