import '../../styles/modal'
import '../../styles/people.css'
import { Modal } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Failed } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { CardSkeleton } from '../../parts/Waiting'
import { t } from '../../text'
import { p } from '../../text/people'
import { ColumnsStep } from './ColumnsStep'
import { FileStep } from './FileStep'
import { importQuery, importsQuery, isWorking, type Import } from './imports'
import { ResultStep } from './ResultStep'

/** A file of people: sent, its columns matched, checked, and then imported. Work under way is found again. */
export default function ImportDialog({ onClose }: { onClose: () => void }) {
  useFocusBack()
  const [chosen, setChosen] = useState<number | null>(null)
  const { data: earlier, error } = useQuery(importsQuery)
  const running = earlier?.items.find(isWorking)
  const id = chosen ?? running?.id
  return (
    <Modal
      opened
      size={820}
      onClose={onClose}
      title={p.import.title}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {error ? (
        <Failed error={error} />
      ) : !earlier ? (
        <CardSkeleton lines={5} title={false} />
      ) : id === undefined ? (
        <FileStep onSent={(file) => setChosen(file.id)} />
      ) : (
        <OneImport key={id} id={id} onAnother={() => setChosen(null)} onClose={onClose} />
      )}
    </Modal>
  )
}

function OneImport({ id, onAnother, onClose }: { id: number; onAnother: () => void; onClose: () => void }) {
  const client = useQueryClient()
  const { data: file, error, refetch } = useQuery(importQuery(id))
  const [columns, setColumns] = useState(false)
  if (!file) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <CardSkeleton lines={5} title={false} />

  const changed = (next: Import) => {
    setColumns(false)
    client.setQueryData(importQuery(id).queryKey, next)
  }
  const another = () => {
    client.removeQueries({ queryKey: importsQuery.queryKey })
    onAnother()
  }
  if (file.state === 'sent' || columns) return <ColumnsStep file={file} onStarted={changed} onAnother={another} />
  return (
    <ResultStep file={file} onStarted={changed} onColumns={() => setColumns(true)} onAnother={another} onClose={onClose} />
  )
}
