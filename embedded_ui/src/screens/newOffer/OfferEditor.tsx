import { Button } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import { useRef, useState, type MouseEvent, type ReactNode, type SyntheticEvent } from 'react'
import { useNavigate } from 'react-router'
import { ApiError } from '../../api/client'
import type { NewOffer, Store } from '../../api/types'
import { mayLeave, SaveBar } from '../../host/SaveBar'
import { problemText } from '../../parts/Failed'
import { Banner } from '../../parts/Banner'
import { Page } from '../../parts/Page'
import { useMay } from '../../session'
import { t } from '../../text'
import { CodePreview } from './CodePreview'
import { FaultsBanner } from './FaultsBanner'
import { toRequest } from './fields'
import { InShort } from './InShort'
import { OfferFields } from './OfferFields'
import type { OfferForm } from './useOfferForm'
import { usePreview } from './usePreview'
import type { Whom } from './whom'

interface OfferEditorProps {
  title: string
  facts: ReactNode
  back: { to: string; label: string }
  form: OfferForm
  stores: Store[]
  whom: Whom | null
  first: Record<string, string>
  saving: UseMutationResult<unknown, Error, NewOffer>
  /** Stands above the codes at the side. */
  side?: ReactNode
  onDiscard?: () => void
}

/** The form of an offer that is not published: a new one, or a draft. Nothing reaches the store before Publish. */
export function OfferEditor(props: OfferEditorProps) {
  const { title, facts, back, form, stores, whom, first, saving, side, onDiscard } = props
  const may = useMay('issue')
  const navigate = useNavigate()
  const [edits, setEdits] = useState(first)
  const banner = useRef<HTMLDivElement>(null)
  const people = whom?.count ?? 0
  const { preview, look, onLook } = usePreview(form, whom, edits)
  const spoken = preview.data?.errors.find((error) => error.field === 'pattern')?.message

  const focusBanner = () => requestAnimationFrame(() => banner.current?.focus())
  const send = (publish: boolean) =>
    saving.mutate(toRequest(form.values, whom?.body ?? null, whom ? edits : {}, publish), {
      onError: (error) => {
        if (error instanceof ApiError) form.refuse(error.fields)
        focusBanner()
      },
    })
  const publish = (event: SyntheticEvent) => {
    event.preventDefault()
    form.submit()
    if (Object.keys(form.faults).length > 0 || spoken) focusBanner()
    else send(true)
  }
  const discard = () => {
    form.reset()
    setEdits(first)
    saving.reset()
    onDiscard?.()
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
  const publishing = saving.isPending && saving.variables.publish
  const drafting = saving.isPending && !saving.variables.publish
  const button = { type: 'submit' as const, form: 'new-offer', loading: publishing, disabled: !may }
  return (
    <Page
      title={title}
      back={{ ...back, onLeave }}
      facts={facts}
      bottomActions
      actions={
        <Button className="desk" {...button}>
          {t.newOffer.publish(people + pool)}
        </Button>
      }
    >
      <SaveBar
        open={may && form.dirty && !saving.isSuccess}
        saveLabel={t.actions.saveDraft}
        saving={drafting}
        onSave={() => send(false)}
        onDiscard={discard}
      />
      <form className="columns" id="new-offer" noValidate onSubmit={publish}>
        <fieldset className="permitted stack wide" disabled={!may}>
          {!may && <Banner tone="info" title={t.trust.cannot.issue} />}
          <FaultsBanner
            ref={banner}
            errors={form.submitted || saving.error ? { ...form.errors, ...(spoken && { pattern: spoken }) } : {}}
            problem={problemOf(saving.error)}
          />
          <OfferFields form={form} stores={stores} spoken={spoken} />
          <div className="row end desk">
            <Button variant="default" onClick={() => send(false)} loading={drafting}>
              {t.actions.saveDraft}
            </Button>
            <Button {...button}>{t.newOffer.publish(people + pool)}</Button>
          </div>
        </fieldset>
        <div className="stack wide side">
          {side}
          <CodePreview
            people={people}
            preview={preview.data}
            working={preview.isFetching}
            broken={spoken !== undefined || form.faults.pattern !== undefined}
            failed={preview.error && !preview.isFetching ? problemText(preview.error) : undefined}
            edits={edits}
            look={look}
            onLook={onLook}
            onEdit={edit}
          />
          <InShort values={form.values} faults={form.faults} store={form.store} people={people} />
        </div>
      </form>
      <div className="fixed-actions">
        <Button variant="default" onClick={() => send(false)} disabled={!may}>
          {t.actions.saveDraft}
        </Button>
        <Button {...button}>{t.newOffer.publishShort(people + pool)}</Button>
      </div>
    </Page>
  )
}

/** Refusals that name a field stand at that field; only the others are told in the banner. */
export function problemOf(error: Error | null): string | undefined {
  if (!error) return undefined
  if (error instanceof ApiError && Object.keys(error.fields).length > 0) return undefined
  return problemText(error)
}
