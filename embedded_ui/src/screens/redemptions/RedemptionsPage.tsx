import { Button } from '@mantine/core'
import { IconReceipt } from '@tabler/icons-react'
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { address, api } from '../../api/client'
import { influencerQuery, offerQuery } from '../../api/queries'
import type { Page as ApiPage, RedemptionRow } from '../../api/types'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { CardSkeleton, Line } from '../../parts/Waiting'
import { t } from '../../text'
import { OrderRows } from './OrderRows'

interface Filter {
  influencer_id?: number
  offer_id?: number
}

const ordersQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['redemptions', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<ApiPage<RedemptionRow>>(address('/redemptions', { ...filter, cursor: pageParam ?? undefined }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ApiPage<RedemptionRow>) => page.next_cursor,
    refetchInterval: 15_000,
  })

/** The orders behind a number: of everybody, of one person or of one offer. */
export default function RedemptionsPage() {
  const [search] = useSearchParams()
  const person = Number(search.get('influencer_id') ?? 0)
  const offer = Number(search.get('offer_id') ?? 0)
  const { data: personData } = useQuery({ ...influencerQuery(person), enabled: person > 0 })
  const { data: offerData } = useQuery({ ...offerQuery(offer), enabled: offer > 0 })
  const query = useInfiniteQuery(
    ordersQuery({ ...(person > 0 && { influencer_id: person }), ...(offer > 0 && { offer_id: offer }) }),
  )
  const orders = query.data?.pages.flatMap((page) => page.items) ?? []
  const named = personData ?? offerData

  return (
    <Page title={t.redemptions.title} back={backTo(person, offer, named?.name)} layout="full" facts={factsOf(person + offer, named?.name)}>
      {query.error && !query.data ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <CardSkeleton lines={8} title={false} />
      ) : (
        <section className="card" aria-label={t.redemptions.title}>
          {orders.length === 0 ? (
            <Empty icon={<IconReceipt size={28} aria-hidden />} title={t.redemptions.empty} text={t.redemptions.emptyText} />
          ) : (
            <OrderRows orders={orders} />
          )}
          {query.hasNextPage && (
            <div className="card-foot">
              <Button variant="default" size="compact-sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t.actions.showMore}
              </Button>
            </div>
          )}
        </section>
      )}
    </Page>
  )
}

function backTo(person: number, offer: number, name: string | undefined) {
  if (person > 0) return { to: `/influencers/${person}`, label: name ?? t.influencers.influencer }
  if (offer > 0) return { to: `/offers/${offer}`, label: name ?? t.offers.columns.offer }
  return { to: '/', label: t.menu.home }
}

function factsOf(filtered: number, name: string | undefined) {
  if (filtered === 0) return t.redemptions.all
  return name ? t.redemptions.of(name) : <Line width={160} />
}
