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
import { useMay } from '../../session'
import { t } from '../../text'
import { p } from '../../text/people'
import { changesOf, EDITABLE, valuesOf, type Editable } from './about'

const LABELS: Record<Editable, string> = {
  first_name: t.addInfluencer.firstName,
  last_name: t.addInfluencer.lastName,
  display_name: p.import.fields.display_name ?? '',
  email: t.person.email,
  country: t.person.country,
  preferred_code: t.person.preferredCode,
  commission_rate: p.person.commission,
}
const HELP: Partial<Record<Editable, string>> = {
  preferred_code: p.person.preferredHelp,
  commission_rate: p.person.commissionHelp,
}

/** What the roster keeps is shown as such; the rest, our own tags and notes can be edited here. */
export function AboutCard({ person }: { person: Influencer }) {
  const [values, setValues] = useState(valuesOf(person))
  const client = useQueryClient()
  const may = useMay('issue') && !person.erased
  const dirty = Object.keys(changesOf(person, values)).length > 0
  const save = useMutation({
    mutationFn: () => api.patch<Influencer>(address(`/influencers/${person.id}`), bodyOf(changesOf(person, values))),
    onSuccess: async (saved) => {
      setValues(valuesOf(saved))
      await client.invalidateQueries({ queryKey: ['influencers'] })
      await showToast(t.person.saved)
    },
  })
  const refused = save.error instanceof ApiError ? save.error.fields : {}
  const ours = may ? EDITABLE.filter((field) => !person.roster_fields.includes(field)) : []
  const { rosters, others } = factsOf(person, ours)
  const field = (name: Editable | 'tags' | 'notes') => ({
    value: values[name],
    onChange: (event: { currentTarget: { value: string } }) => setValues({ ...values, [name]: event.currentTarget.value }),
  })

  return (
    <Card title={t.person.about}>
      <SaveBar
        open={dirty}
        saveLabel={t.actions.save}
        saving={save.isPending}
        onSave={() => save.mutate()}
        onDiscard={() => setValues(valuesOf(person))}
      />
      <div className="stack wide">
        <Facts items={others} />
        {rosters.length > 0 && (
          <div className="stack">
            <div className="muted small">{p.person.fromRoster}</div>
            <Facts items={rosters} />
          </div>
        )}
        {ours.map((name) => (
          <TextInput key={name} label={LABELS[name]} description={HELP[name]} error={refused[name]} {...field(name)} />
        ))}
        {may && (
          <>
            <TextInput
              label={t.person.ownTags}
              description={t.person.ownTagsHelp}
              error={refused.local_tags}
              {...field('tags')}
            />
            <Textarea
              label={t.person.notes}
              description={t.person.notesHelp}
              rows={4}
              error={refused.notes}
              {...field('notes')}
            />
          </>
        )}
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

const bodyOf = ({ tags, ...rest }: Partial<Record<Editable | 'tags' | 'notes', string>>) => ({
  ...rest,
  ...(tags !== undefined && { local_tags: splitTags(tags) }),
})

type Fact = [string, string]

/** What the roster keeps, apart from what is known otherwise and cannot be changed here. */
function factsOf(person: Influencer, ours: readonly Editable[]): { rosters: Fact[]; others: Fact[] } {
  const values = valuesOf(person)
  const rosterTags = person.tags.filter((tag) => !person.local_tags.includes(tag))
  const all: [string, string, string][] = [
    ...EDITABLE.filter((name) => !ours.includes(name)).map((name): [string, string, string] => [name, LABELS[name], values[name]]),
    ['stage', t.person.stage, person.stage],
    ['groups', t.person.groups, person.groups.join(', ')],
    ['tags', t.person.rosterTags, rosterTags.join(', ')],
    ['', t.person.externalId, person.external_id ?? ''],
    ['', p.person.source, p.person.sources[person.source] ?? person.source],
  ]
  const known = all.filter(([, , value]) => value !== '')
  const isRosters = ([name]: [string, string, string]) => person.roster_fields.includes(name)
  const plain = ([, label, value]: [string, string, string]): Fact => [label, value]
  return { rosters: known.filter(isRosters).map(plain), others: known.filter((one) => !isRosters(one)).map(plain) }
}
