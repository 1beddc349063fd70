import { Button, NativeSelect } from '@mantine/core'
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { addresses } from '../../api/addresses'
import { api } from '../../api/client'
import { pollEvery } from '../../api/queries'
import type { CodeStatus, Offer, OfferCode, Page } from '../../api/types'
import { int } from '../../lib/format'
import { Card } from '../../parts/Card'
import { Failed } from '../../parts/Failed'
import { Line } from '../../parts/Waiting'
import { useMay } from '../../session'
import { t } from '../../text'
import { BulkBar, ChangeProgress } from '../codes/BulkBar'
import { CodeRows } from '../codes/CodeRows'

const CodeDialog = lazy(() => import('../codes/CodeDialog'))

const STATES: CodeStatus[] = ['live', 'creating', 'queued', 'failed', 'disabled', 'retired']

export const codesQuery = (offer: number, state: string, live: boolean) =>
  infiniteQueryOptions({
    queryKey: ['offers', offer, 'codes', state],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<OfferCode>>(addresses.offerCodes(offer, state, pageParam ?? undefined), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<OfferCode>) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => {
      const every = pollEvery(live)
      return every && every * Math.max(1, data?.pages.length ?? 1)
    },
  })

interface CodesCardProps {
  offer: Offer
  state: string
  onState: (state: string) => void
}

export function CodesCard({ offer, state, onState }: CodesCardProps) {
  const query = useInfiniteQuery(codesQuery(offer.id, state, offer.run?.state === 'running'))
  const codes = query.data?.pages.flatMap((page) => page.items) ?? []
  const may = useMay('issue')
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [open, setOpen] = useState<number | null>(null)
  const [change, setChange] = useState<number | null>(null)
  const selected = codes.filter((code) => chosen.has(code.id))
  const choose = (ids: number[], on: boolean) =>
    setChosen((before) => {
      const next = new Set(before)
      for (const id of ids) {
        if (on) next.add(id)
        else next.delete(id)
      }
      return next
    })
  const choices = [
    { value: '', label: t.offer.anyState },
    ...STATES.map((value) => ({ value, label: `${t.status[value]} (${int(offer.counts[value])})` })),
  ]
  return (
    <Card
      id="codes"
      flush
      title={t.offer.codes}
      aside={
        <NativeSelect
          aria-label={t.offer.codeStates}
          w={160}
          data={choices}
          value={state}
          onChange={(event) => onState(event.currentTarget.value)}
        />
      }
    >
      {selected.length > 0 && <BulkBar codes={selected} onClear={() => setChosen(new Set())} onChanged={setChange} />}
      {change !== null && <ChangeProgress id={change} />}
      {query.error && !query.data ? (
        <div className="card-body">
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : !query.data ? (
        <div className="card-body stack">
          {Array.from({ length: 4 }, (_, index) => (
            <Line key={index} width="70%" height={32} />
          ))}
        </div>
      ) : codes.length === 0 ? (
        <div className="card-body muted">{state ? t.offer.noCodesInState : `${t.offer.noCodes} ${t.offer.noCodesText}`}</div>
      ) : (
        <CodeRows codes={codes} chosen={chosen} onChoose={may ? choose : null} onOpen={setOpen} />
      )}
      {query.hasNextPage && (
        <div className="card-foot">
          <Button
            variant="default"
            size="compact-sm"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t.actions.showMore}
          </Button>
        </div>
      )}
      <Suspense fallback={null}>
        {open !== null && (
          <CodeDialog
            codeId={open}
            act={codes.find((code) => code.id === open)?.state === 'failed' ? 'edit' : undefined}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </Card>
  )
}
