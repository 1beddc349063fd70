import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { address, api } from '../../api/client'
import type { NewOffer, Offer } from '../../api/types'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { useSession } from '../../session'
import { o } from '../../text/offers'
import { useTableSelection } from '../influencers/TableSelection'
import { valuesOf } from './fields'
import type { Created } from './NewOfferPage'
import { toastOf } from './NewOfferPage'
import { OfferEditor } from './OfferEditor'
import { useOfferForm } from './useOfferForm'
import { selected, type Whom } from './whom'

export function DraftEditor({ offer }: { offer: Offer }) {
  const { store, stores } = useSession()
  const own = stores.find((each) => each.id === offer.store_id) ?? store
  // A draft stays in its store: another one has other products, money and capabilities.
  const only = useMemo(() => [own], [own])
  const form = useOfferForm(only, own, useMemo(() => valuesOf(offer), [offer]))
  const saved = useMemo(() => savedFor(offer), [offer])
  const [whom, setWhom] = useState(saved)
  const take = (next: Whom | null) => {
    setWhom(next)
    form.touch()
  }
  return (
    <OfferEditor
      title={o.edit.title(offer.name)}
      facts={o.edit.draftFor(whom?.count ?? 0)}
      back={{ to: `/offers/${offer.id}`, label: offer.name }}
      form={form}
      stores={only}
      whom={whom}
      first={offer.saved_for?.edits ?? {}}
      saving={useSave(offer)}
      onDiscard={() => setWhom(saved)}
      side={<WhomCard whom={whom} onTake={take} />}
    />
  )
}

function savedFor({ saved_for: saved }: Offer): Whom | null {
  return saved?.selection ? { body: saved.selection, count: saved.people } : null
}

/** Whom the draft is for; who is selected in the table can take their place. */
function WhomCard({ whom, onTake }: { whom: Whom | null; onTake: (whom: Whom | null) => void }) {
  const { selection } = useTableSelection()
  const table = useMemo(() => selected(selection), [selection])
  return (
    <Card title={o.page.savedFor}>
      <div className="stack tight">
        <div className="strong">{whom ? o.page.savedPeople(whom.count, 0) : o.edit.nobody}</div>
        <div className="row wrap">
          {table ? (
            <Button variant="default" size="compact-sm" onClick={() => onTake(table)}>
              {o.edit.useTable(table.count)}
            </Button>
          ) : (
            <Button component={Link} to="/influencers" variant="default" size="compact-sm">
              {o.edit.choosePeople}
            </Button>
          )}
          {whom && (
            <Button variant="subtle" color="ink.7" size="compact-sm" onClick={() => onTake(null)}>
              {o.edit.clear}
            </Button>
          )}
        </div>
      </div>
    </Card>
  )
}

/** First kept, then published: what was typed is safe if publishing is refused. */
function useSave(offer: Offer) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async (all: NewOffer) => {
      const body: Partial<NewOffer> = { ...all }
      delete body.store_id
      delete body.publish
      const kept = await api.patch<Offer>(address(`/offers/${offer.id}`), body)
      if (!all.publish) return { offer: kept, codes: 0 }
      const made = await api.post<Created>(address(`/offers/${offer.id}/publish`))
      return { offer: made.offer, codes: made.run?.total ?? 0 }
    },
    onSuccess: async (made, { publish }) => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(publish ? toastOf(made.offer, made.codes, true) : o.edit.saved(made.offer.name))
      await navigate(`/offers/${offer.id}`)
    },
  })
}

