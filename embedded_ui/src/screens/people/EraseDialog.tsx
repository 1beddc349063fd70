import '../../styles/modal'
import { Button, Modal, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import type { Influencer } from '../../api/types'
import { showToast } from '../../host/toast'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { p } from '../../text/people'

/** For good, so the name is typed. */
export default function EraseDialog({ person, onClose }: { person: Influencer; onClose: () => void }) {
  useFocusBack()
  const [name, setName] = useState('')
  const client = useQueryClient()
  const erase = useMutation({
    mutationFn: () => api.post(address(`/influencers/${person.id}/erase`), { name }),
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries()
      await showToast(p.erase.done)
    },
  })
  const refused = erase.error instanceof ApiError ? erase.error.fields.name : undefined
  const matches = name.trim().toLowerCase() === person.name.toLowerCase()
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (matches) erase.mutate()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={p.erase.title(person.name)}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <form noValidate className="stack wide" onSubmit={submit}>
        <ul className="terms">
          <li>{p.erase.goes}</li>
          <li>{p.erase.stays}</li>
          <li>{p.erase.never}</li>
        </ul>
        <TextInput
          label={p.erase.type(person.name)}
          value={name}
          autoComplete="off"
          error={refused}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {erase.error && !refused && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(erase.error)}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t.actions.cancel}
          </Button>
          <Button type="submit" color="danger.6" disabled={!matches} loading={erase.isPending}>
            {p.erase.submit}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
