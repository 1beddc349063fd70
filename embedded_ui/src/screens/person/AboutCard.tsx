import { Button, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api, ApiError } from '../../api/client'
import type { Influencer } from '../../api/types'
import { SaveBar } from '../../host/SaveBar'
import { showToast } from '../../host/toast'
import { splitTags } from '../../lib/tags'
import { Card } from '../../parts/Card'
import { Facts } from '../../parts/Facts'
import { problemText } from '../../parts/Failed'
import { t } from '../../text'

const valuesOf = (person: Influencer) => ({ tags: person.local_tags.join(', '), notes: person.notes })

/** What the roster says is shown; our own tags and notes can be edited. */
export function AboutCard({ person }: { person: Influencer }) {
  const [values, setValues] = useState(valuesOf(person))
  const client = useQueryClient()
  const kept = valuesOf(person)
  const dirty = values.tags !== kept.tags || values.notes !== kept.notes

  const save = useMutation({
    mutationFn: () =>
      api.patch<Influencer>(address(`/influencers/${person.id}`), {
        local_tags: splitTags(values.tags),
        notes: values.notes,
      }),
    onSuccess: async (saved) => {
      setValues(valuesOf(saved))
      await client.invalidateQueries({ queryKey: ['influencers'] })
      await showToast(t.person.saved)
    },
  })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const rosterTags = person.tags.filter((tag) => !person.local_tags.includes(tag))

  return (
    <Card title={t.person.about}>
      <SaveBar
        open={dirty}
        saveLabel={t.actions.save}
        saving={save.isPending}
        onSave={() => save.mutate()}
        onDiscard={() => setValues(kept)}
      />
      <div className="stack wide">
        <Facts items={facts(person, rosterTags)} />
        <TextInput
          label={t.person.ownTags}
          description={t.person.ownTagsHelp}
          value={values.tags}
          error={refused.local_tags}
          onChange={(event) => setValues({ ...values, tags: event.currentTarget.value })}
        />
        <Textarea
          label={t.person.notes}
          description={t.person.notesHelp}
          rows={4}
          value={values.notes}
          error={refused.notes}
          onChange={(event) => setValues({ ...values, notes: event.currentTarget.value })}
        />
        {save.error && Object.keys(refused).length === 0 && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(save.error)}
          </div>
        )}
        {dirty && (
          <div className="row end">
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
              {t.actions.save}
            </Button>
          </div>
        )}
      </div>
    </Card>
  )
}

function facts(person: Influencer, rosterTags: string[]): [string, string][] {
  const known: [string, string][] = [
    [t.person.email, person.email],
    [t.person.country, person.country],
    [t.person.stage, person.stage],
    [t.person.groups, person.groups.join(', ')],
    [t.person.rosterTags, rosterTags.join(', ')],
    [t.person.preferredCode, person.preferred_code],
    [t.person.externalId, person.external_id ?? ''],
  ]
  return known.map(([label, value]) => [label, value || t.none])
}
