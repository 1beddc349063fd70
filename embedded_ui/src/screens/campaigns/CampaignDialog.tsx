import '../../styles/modal'
import { Button, Modal, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, address, api } from '../../api/client'
import type { Campaign } from '../../api/campaigns'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { campaignsChanged } from './queries'

interface CampaignDialogProps {
  campaign?: Campaign
  onClose: () => void
  onMade?: (id: number) => void
}

export default function CampaignDialog({ campaign, onClose, onMade }: CampaignDialogProps) {
  useFocusBack()
  const client = useQueryClient()
  const [name, setName] = useState(campaign?.name ?? '')
  const [starts, setStarts] = useState(campaign?.starts_on ?? '')
  const [ends, setEnds] = useState(campaign?.ends_on ?? '')
  const [notes, setNotes] = useState(campaign?.notes ?? '')
  const [missing, setMissing] = useState(false)
  const active = campaign?.state === 'active'
  const save = useMutation({
    mutationFn: () => {
      const body = { name, starts_on: starts || null, ends_on: ends || null, notes, confirm: active }
      return campaign
        ? api.patch<{ id: number }>(address(`/campaigns/${campaign.id}`), body)
        : api.post<{ id: number }>(address('/campaigns'), body)
    },
    onSuccess: async ({ id }) => {
      await campaignsChanged(client)
      onClose()
      onMade?.(id)
    },
  })
  const faults = save.error instanceof ApiError ? save.error.fields : {}
  const fault = missing && !name.trim() ? k.form.nameMissing : faults.name
  return (
    <Modal
      opened
      onClose={onClose}
      title={campaign ? k.edit : k.new}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <form
        className="stack wide"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setMissing(true)
          if (name.trim()) save.mutate()
        }}
      >
        <TextInput
          data-autofocus
          label={k.form.name}
          description={k.form.nameHelp}
          maxLength={120}
          value={name}
          error={fault}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className="pair">
          <TextInput
            type="date"
            label={t.form.optional(k.form.startsOn)}
            value={starts}
            error={faults.starts_on}
            onChange={(event) => setStarts(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t.form.optional(k.form.endsOn)}
            value={ends}
            error={faults.ends_on}
            onChange={(event) => setEnds(event.currentTarget.value)}
          />
        </div>
        <Textarea
          label={t.form.optional(k.form.notes)}
          maxLength={2000}
          autosize
          minRows={3}
          maxRows={8}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
        />
        {active && <div className="muted">{k.form.activeAsks}</div>}
        {save.error && !Object.keys(faults).length && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(save.error)}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {campaign ? (active ? k.form.changeActive : t.actions.save) : k.form.create}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
