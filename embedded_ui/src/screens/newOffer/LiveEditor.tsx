import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Radio.layer.css'
import { Button, Radio } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState, type MouseEvent, type SyntheticEvent } from 'react'
import { useNavigate } from 'react-router'
import { address, api, ApiError } from '../../api/client'
import type { Impact, Offer, TermsBody } from '../../api/types'
import { mayLeave, SaveBar } from '../../host/SaveBar'
import { showToast } from '../../host/toast'
import { Card } from '../../parts/Card'
import { Page } from '../../parts/Page'
import { useSession } from '../../session'
import { t } from '../../text'
import { o } from '../../text/offers'
import { FaultsBanner } from './FaultsBanner'
import { changedTerms, LABELS, valuesOf, type Field } from './fields'
import { ImpactCard } from './ImpactCard'
import type { Created } from './NewOfferPage'
import { OfferFields } from './OfferFields'
import { problemOf } from './OfferEditor'
import { useOfferForm } from './useOfferForm'

type Reach = 'all' | 'new'
/** Codes keep these for good. */
const FIXED: (keyof TermsBody & Field)[] = ['type', 'purpose']

/** The form of a published offer: it says first what changes where, and for which codes. */
export default function LiveEditor({ offer }: { offer: Offer }) {
  const { store, stores } = useSession()
  const own = stores.find((each) => each.id === offer.store_id) ?? store
  const only = useMemo(() => [own], [own])
  const form = useOfferForm(only, own, useMemo(() => valuesOf(offer), [offer]))
  const [wanted, setWanted] = useState<Reach>('all')
  const banner = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const changed = useMemo(() => changedTerms(form.values, form.start), [form.values, form.start])
  const fixed = FIXED.filter((field) => field in changed)
  const reach = fixed.length > 0 ? 'new' : wanted
  const impact = useImpact(offer, changed)
  const saving = useSave(offer)

  const none = Object.keys(changed).length === 0
  const back = { to: `/offers/${offer.id}`, label: offer.name }
  const save = (event?: SyntheticEvent) => {
    event?.preventDefault()
    form.submit()
    const focus = () => requestAnimationFrame(() => banner.current?.focus())
    if (Object.keys(form.faults).length > 0) return focus()
    saving.mutate(
      { changed, reach },
      {
        onError: (error) => {
          if (error instanceof ApiError) form.refuse(error.fields)
          focus()
        },
      },
    )
  }
  const onLeave = (event: MouseEvent) => {
    if (!form.dirty) return
    event.preventDefault()
    void mayLeave().then((leave) => leave && navigate(back.to))
  }
  const codes = (impact?.live ?? offer.counts.live) + (impact?.coming ?? 0)
  const word = reach === 'new' ? o.edit.saveNew : o.edit.saveAll(codes)
  const button = { type: 'submit' as const, form: 'edit-offer', loading: saving.isPending, disabled: none }
  return (
    <Page
      title={o.edit.title(offer.name)}
      back={{ ...back, onLeave }}
      facts={o.edit.live}
      bottomActions
      actions={
        <Button className="desk" {...button}>
          {word}
        </Button>
      }
    >
      <SaveBar
        open={form.dirty && !none && !saving.isSuccess}
        saveLabel={o.edit.save}
        saving={saving.isPending}
        onSave={save}
        onDiscard={form.reset}
      />
      <form className="columns" id="edit-offer" noValidate onSubmit={save}>
        <div className="stack wide">
          <FaultsBanner
            ref={banner}
            title={o.edit.faults}
            nothing={o.edit.nothingChanged}
            errors={form.submitted || saving.error ? form.errors : {}}
            problem={problemOf(saving.error)}
          />
          <OfferFields form={form} stores={only} published />
        </div>
        <div className="stack wide side">
          <ImpactCard offer={offer} changed={changed} impact={impact} newOnly={reach === 'new'} />
          <Card title={o.edit.forWhom}>
            <Radio.Group aria-label={o.edit.forWhom} value={reach} onChange={setWanted}>
              <div className="stack">
                <Radio value="all" label={o.edit.all(codes)} description={o.edit.allHelp} disabled={fixed.length > 0} />
                <Radio value="new" label={o.edit.newOnly} description={o.edit.newOnlyHelp} disabled={offer.issuing_ended_at !== null} />
                {fixed.length > 0 && (
                  <div className="small" style={{ color: 'var(--sc-warning)' }}>
                    {o.edit.onlyNew} {fixed.map((field) => LABELS[field]).join(', ')}
                  </div>
                )}
              </div>
            </Radio.Group>
          </Card>
          <Button className="desk" {...button}>
            {word}
          </Button>
        </div>
      </form>
      <div className="fixed-actions">
        <Button variant="default" onClick={() => void navigate(back.to)}>
          {t.actions.cancel}
        </Button>
        <Button {...button}>{word}</Button>
      </div>
    </Page>
  )
}

/** Asked while somebody types; without what only new codes can have. */
function useImpact(offer: Offer, changed: Partial<TermsBody>): Impact | undefined {
  const asked = useMemo(
    () => Object.fromEntries(Object.entries(changed).filter(([field]) => !FIXED.includes(field as Field & keyof TermsBody))),
    [changed],
  )
  const [settled] = useDebouncedValue(asked, 300)
  const { data } = useQuery({
    queryKey: ['offers', offer.id, 'impact', settled],
    queryFn: ({ signal }) => api.post<Impact>(address(`/offers/${offer.id}/change-previews`), settled, signal),
    placeholderData: keepPreviousData,
    retry: false,
  })
  return data
}

function useSave(offer: Offer) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async ({ changed, reach }: { changed: Partial<TermsBody>; reach: Reach }) =>
      reach === 'all'
        ? api.patch<Offer>(address(`/offers/${offer.id}`), changed)
        : (await api.post<Created>(address(`/offers/${offer.id}/versions`), changed)).offer,
    onSuccess: async (saved, { reach }) => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(saved.approval ? o.edit.asked : reach === 'all' ? o.edit.changed(saved.name) : o.edit.versionMade(saved.name))
      await navigate(`/offers/${saved.id}`)
    },
  })
}
