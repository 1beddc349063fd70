import '../../styles/modal'
import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import type { Influencer } from '../../api/types'
import { showToast } from '../../host/toast'
import { splitTags } from '../../lib/tags'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'

const EMPTY = { first_name: '', last_name: '', email: '', platform: 'instagram', handle: '', tags: '', preferred_code: '' }
const NETWORKS = Object.entries(t.addInfluencer.networks).map(([value, label]) => ({ value, label }))

type Values = typeof EMPTY

export default function AddInfluencer({ onClose }: { onClose: () => void }) {
  useFocusBack()
  const [values, setValues] = useState(EMPTY)
  const [nameError, setNameError] = useState('')
  const client = useQueryClient()

  const add = useMutation({
    mutationFn: () => api.post<Influencer>(address('/influencers'), toBody(values)),
    onSuccess: async (person) => {
      await client.invalidateQueries({ queryKey: ['influencers'] })
      await showToast(t.addInfluencer.done(person.name))
      onClose()
    },
  })
  const refused = add.error instanceof ApiError ? add.error.fields : {}
  const elsewhere = add.error && Object.keys(refused).length === 0 ? problemText(add.error) : ''

  const field = (name: keyof Values) => ({
    value: values[name],
    error: refused[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      setValues({ ...values, [name]: event.currentTarget.value })
      setNameError('')
    },
  })

  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const named = [values.first_name, values.last_name, values.handle].some((text) => text.trim() !== '')
    if (named) add.mutate()
    else setNameError(t.addInfluencer.needName)
  }

  return (
    <Modal opened onClose={onClose} title={t.addInfluencer.title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form noValidate className="stack" onSubmit={submit}>
        <div className="pair">
          <TextInput label={t.addInfluencer.firstName} data-autofocus {...field('first_name')} error={nameError || refused.first_name} />
          <TextInput label={t.addInfluencer.lastName} {...field('last_name')} />
        </div>
        <TextInput label={t.form.optional(t.addInfluencer.email)} type="email" {...field('email')} />
        <div className="pair">
          <Select
            label={t.addInfluencer.platform}
            data={NETWORKS}
            value={values.platform}
            onChange={(platform) => setValues({ ...values, platform: platform ?? values.platform })}
          />
          <TextInput label={t.form.optional(t.addInfluencer.handle)} {...field('handle')} error={refused.handle ?? refused.handles} />
        </div>
        <TextInput
          label={t.form.optional(t.addInfluencer.tags)}
          description={t.addInfluencer.tagsHelp}
          {...field('tags')}
        />
        <TextInput
          className="code-input"
          label={t.form.optional(t.addInfluencer.preferredCode)}
          description={t.addInfluencer.preferredHelp}
          {...field('preferred_code')}
        />
        {elsewhere && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {elsewhere}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t.addInfluencer.submit}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function toBody({ platform, handle, tags, ...rest }: Values) {
  const trimmed = Object.fromEntries(Object.entries(rest).map(([name, text]) => [name, text.trim()]))
  return {
    ...trimmed,
    handles: handle.trim() ? [{ platform, handle: handle.trim() }] : [],
    local_tags: splitTags(tags),
  }
}
