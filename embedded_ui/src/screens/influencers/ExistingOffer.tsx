import '../../styles/modal'
import { Button, Modal, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import { offersQuery, previewQuery } from '../../api/queries'
import type { Offer, Preview, PreviewRequest, Run, Skipped } from '../../api/types'
import { datesText, termsText } from '../../lib/offerTerms'
import { countOf, toBody, type Selection } from '../../lib/selection'
import { Facts } from '../../parts/Facts'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'

interface ExistingOfferProps {
  selection: Selection
  onClose: () => void
  onMade: (offer: Offer) => void
  onNewOffer: () => void
}

interface Made {
  run: Run | null
  added: number
  skipped: Skipped[]
}

const NAMED = 10

export default function ExistingOffer({ selection, onClose, onMade, onNewOffer }: ExistingOfferProps) {
  useFocusBack()
  const [words, setWords] = useState('')
  const [picked, setPicked] = useState<Offer | null>(null)
  const [asked] = useDebouncedValue(picked?.name === words ? '' : words.trim(), 250)
  const active = useQuery({ ...offersQuery('active', asked), placeholderData: keepPreviousData })
  const scheduled = useQuery({ ...offersQuery('scheduled', asked), placeholderData: keepPreviousData })
  // New codes come from the newest version alone, and never from terms that are the store’s own.
  const open = [...(active.data?.items ?? []), ...(scheduled.data?.items ?? [])].filter(
    (each) => each.issuing_ended_at === null && each.type !== 'other',
  )
  if (picked && !open.some(({ id }) => id === picked.id)) open.unshift(picked)
  const none = active.data?.total === 0 && scheduled.data?.total === 0 && asked === '' && !picked
  const [chosen, setChosen] = useState<string | null>(null)
  const offer = open.find((each) => String(each.id) === chosen)
  const client = useQueryClient()
  const preview = useQuery(previewQuery(offer ? previewFor(offer, selection) : null))

  const give = useMutation({
    mutationFn: (to: Offer) =>
      api.post<Made>(address(`/offers/${to.id}/codes`), { selection: toBody(selection), edits: {}, pool: 0 }),
    onSuccess: async (_, to) => {
      await client.invalidateQueries({ queryKey: ['offers'] })
      await client.invalidateQueries({ queryKey: ['influencers'] })
      onMade(to)
    },
  })

  const failure = give.error ?? preview.error
  return (
    <Modal
      opened
      onClose={onClose}
      title={give.data ? t.existingOffer.doneTitle(give.data.added) : t.existingOffer.title}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <div className="stack wide">
        {give.data ? (
          <>
            {give.data.skipped.length > 0 && <SkippedPeople skipped={give.data.skipped} total={give.data.skipped.length} />}
            <div className="row end">
              <Button onClick={onClose} data-autofocus>
                {t.existingOffer.toTable}
              </Button>
            </div>
          </>
        ) : (
          <>
            <div className="muted">{t.existingOffer.for(countOf(selection))}</div>
            {none ? (
              <div>{t.existingOffer.noOffers}</div>
            ) : (
              <Select
                data-autofocus
                searchable
                openOnFocus={false}
                filter={({ options }) => options}
                onSearchChange={setWords}
                label={t.existingOffer.offer}
                placeholder={t.existingOffer.choose}
                data={open.map((each) => ({ value: String(each.id), label: each.name }))}
                value={chosen}
                onChange={(value) => {
                  setChosen(value)
                  setPicked(open.find((each) => String(each.id) === value) ?? null)
                }}
              />
            )}
            {offer && (
              <div className="stack">
                <Facts
                  items={[
                    [t.existingOffer.terms, `${termsText(offer)} · ${offer.store_name}`],
                    [t.newOffer.dates, datesText(offer)],
                  ]}
                />
                <div role="status">
                  {preview.isFetching && <span className="muted">{t.existingOffer.working}</span>}
                  {preview.data && !preview.isFetching && (
                    <Reach preview={preview.data} />
                  )}
                </div>
              </div>
            )}
            {failure && (
              <div role="alert" style={{ color: 'var(--sc-danger)' }}>
                {problemText(failure)}
              </div>
            )}
            <div className="row end">
              <Button variant="default" onClick={onClose}>
                {t.actions.cancel}
              </Button>
              {none ? (
                <Button onClick={onNewOffer}>{t.existingOffer.makeNew}</Button>
              ) : (
                <Button
                  disabled={!offer || preview.data?.total === 0}
                  loading={give.isPending}
                  onClick={() => offer && give.mutate(offer)}
                >
                  {preview.data ? t.existingOffer.submit(preview.data.total) : t.existingOffer.submitAny}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </Modal>
  )
}

const previewFor = (offer: Offer, selection: Selection): PreviewRequest => ({
  store_id: offer.store_id,
  pattern: offer.pattern,
  type: offer.type,
  value: offer.value,
  offer_name: offer.name,
  offer_id: offer.id,
  selection: toBody(selection),
  edits: {},
})

function Reach({ preview: { total: added, skipped, skipped_total: total } }: { preview: Preview }) {
  return (
    <div className="stack tight">
      <div className="strong">{added > 0 ? t.existingOffer.gets(added) : t.existingOffer.nobody}</div>
      {total > 0 && <SkippedPeople skipped={skipped} total={total} />}
    </div>
  )
}

/** Nobody is left out without being named. */
function SkippedPeople({ skipped, total }: { skipped: Skipped[]; total: number }) {
  return (
    <div>
      <div className="muted">{t.existingOffer.skips(total)}</div>
      <ul className="terms">
        {skipped.slice(0, NAMED).map((person) => (
          <li key={person.influencer_id}>
            <bdi>{person.name}</bdi> <span className="mono muted">{person.code}</span>
          </li>
        ))}
        {total > NAMED && <li className="muted">{t.existingOffer.others(total - NAMED)}</li>}
      </ul>
    </div>
  )
}
