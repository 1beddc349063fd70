import { Button, Skeleton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useRef, useState, type SyntheticEvent, type MouseEvent } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { address, api, ApiError } from '../../api/client'
import { previewQuery } from '../../api/queries'
import type { Offer, PreviewRequest, Run, Skipped } from '../../api/types'
import { mayLeave, SaveBar } from '../../host/SaveBar'
import { showToast } from '../../host/toast'
import { countOf, toBody, type Selection } from '../../lib/selection'
import { Card } from '../../parts/Card'
import { problemText } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { useSession } from '../../session'
import { t } from '../../text'
import { CodePreview } from './CodePreview'
import { FaultsBanner } from './FaultsBanner'
import { toRequest } from './fields'
import { InShort } from './InShort'
import { LimitFields } from './LimitFields'
import { PatternField } from './PatternField'
import { TermsFields } from './TermsFields'
import { useOfferForm, type OfferForm } from './useOfferForm'

const DateFields = lazy(() => import('./DateFields'))

interface Created {
  offer: Offer
  run: Run | null
  skipped: Skipped[]
}

export default function NewOfferPage() {
  const selection = (useLocation().state as { selection?: Selection } | null)?.selection ?? null
  const people = selection ? countOf(selection) : 0
  const { store, stores } = useSession()
  const form = useOfferForm(stores, store)
  const [edits, setEdits] = useState<Record<string, string>>({})
  const banner = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const back = selection ? { to: '/influencers', label: t.influencers.title } : { to: '/offers', label: t.offers.title }

  const preview = usePreview(form, selection, edits)
  const spoken = preview.data?.errors.find((error) => error.field === 'pattern')?.message
  const create = useCreate(form, selection, edits, people)

  const focusBanner = () => requestAnimationFrame(() => banner.current?.focus())
  const publish = (event: SyntheticEvent) => {
    event.preventDefault()
    form.submit()
    if (Object.keys(form.faults).length > 0 || spoken) focusBanner()
    else create.mutate(true, { onError: focusBanner })
  }
  const saveDraft = () => create.mutate(false, { onError: focusBanner })
  const discard = () => {
    form.reset()
    setEdits({})
    create.reset()
  }
  const onLeave = (event: MouseEvent) => {
    if (!form.dirty) return
    event.preventDefault()
    void mayLeave().then((leave) => leave && navigate(back.to))
  }
  const edit = (influencerId: number, code: string | null) => {
    const others = Object.entries(edits).filter(([id]) => id !== String(influencerId))
    setEdits(Object.fromEntries(code === null ? others : [...others, [String(influencerId), code]]))
    form.touch()
  }

  const pool = form.faults.pool ? 0 : Number(form.values.pool)
  const button = { type: 'submit' as const, form: 'new-offer', loading: create.isPending && create.variables }
  return (
    <Page
      title={t.newOffer.title}
      back={{ ...back, onLeave }}
      facts={people > 0 ? t.newOffer.for(people) : t.newOffer.forNobody}
      bottomActions
      actions={
        <Button className="desk" {...button}>
          {t.newOffer.publish(people + pool)}
        </Button>
      }
    >
      <SaveBar
        open={form.dirty && !create.isSuccess}
        saveLabel={t.actions.saveDraft}
        saving={create.isPending && !create.variables}
        onSave={saveDraft}
        onDiscard={discard}
      />
      <form className="columns" id="new-offer" noValidate onSubmit={publish}>
        <div className="stack wide">
          <FaultsBanner
            ref={banner}
            errors={form.submitted || create.error ? { ...form.errors, ...(spoken && { pattern: spoken }) } : {}}
            problem={problemOf(create.error)}
          />
          <TermsFields form={form} stores={stores} />
          <PatternField form={form} spoken={spoken} />
          <Card
            title={t.newOffer.dates}
            aside={<span className="muted small">{t.newOffer.storeTime(form.store.time_zone)}</span>}
          >
            <Suspense fallback={<Skeleton height={68} />}>
              <DateFields form={form} />
            </Suspense>
          </Card>
          <LimitFields form={form} />
          <div className="row end desk">
            <Button variant="default" onClick={saveDraft} loading={create.isPending && !create.variables}>
              {t.actions.saveDraft}
            </Button>
            <Button {...button}>{t.newOffer.publish(people + pool)}</Button>
          </div>
        </div>
        <div className="stack wide side">
          <CodePreview
            people={people}
            preview={preview.data}
            working={preview.isFetching}
            broken={spoken !== undefined || form.faults.pattern !== undefined}
            failed={preview.error && !preview.isFetching ? problemText(preview.error) : undefined}
            edits={edits}
            onEdit={edit}
          />
          <InShort values={form.values} faults={form.faults} store={form.store} people={people} />
        </div>
      </form>
      <div className="fixed-actions">
        <Button variant="default" onClick={saveDraft}>
          {t.actions.saveDraft}
        </Button>
        <Button {...button}>{t.newOffer.publishShort(people + pool)}</Button>
      </div>
    </Page>
  )
}

/** Refusals that name a field stand at that field; only the others are told in the banner. */
function problemOf(error: Error | null): string | undefined {
  if (!error) return undefined
  if (error instanceof ApiError && Object.keys(error.fields).length > 0) return undefined
  return problemText(error)
}

function usePreview(form: OfferForm, selection: Selection | null, edits: Record<string, string>) {
  const { store_id, pattern, type, value, name } = form.values
  const ready = selection !== null && pattern.trim() !== ''
  const request = useMemo<PreviewRequest | null>(
    () =>
      ready ? { store_id, pattern: pattern.trim(), type, value, offer_name: name.trim(), selection: toBody(selection), edits } : null,
    [ready, store_id, pattern, type, value, name, selection, edits],
  )
  const [settled] = useDebouncedValue(request, 300)
  return useQuery({ ...previewQuery(settled), placeholderData: keepPreviousData })
}

function toastOf(offer: Created['offer'], codes: number, publish: boolean): string {
  if (offer.approval) return t.trust.asked(offer.name)
  return publish ? t.newOffer.made(offer.name, codes) : t.newOffer.draftSaved(offer.name)
}

function useCreate(form: OfferForm, selection: Selection | null, edits: Record<string, string>, people: number) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (publish: boolean) =>
      api.post<Created>(address('/offers'), toRequest(form.values, selection, edits, publish)),
    onSuccess: async ({ offer, run }, publish) => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await showToast(toastOf(offer, run?.total ?? 0, publish))
      // Back to the same people, with the new offer's column beside them.
      await navigate(publish && people > 0 && !offer.approval ? `/influencers?columns=${offer.id}` : `/offers/${offer.id}`)
    },
    onError: (error) => {
      if (error instanceof ApiError) form.refuse(error.fields)
    },
  })
}
