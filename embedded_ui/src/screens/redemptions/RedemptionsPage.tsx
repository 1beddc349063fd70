import { Button } from '@mantine/core'
import { IconReceipt } from '@tabler/icons-react'
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { address, api } from '../../api/client'
import { influencerQuery, offerQuery } from '../../api/queries'
import type { Page as ApiPage, RedemptionRow } from '../../api/types'
import { campaignQuery } from '../campaigns/queries'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { CardSkeleton, Line } from '../../parts/Waiting'
import { t } from '../../text'
import { OrderRows } from './OrderRows'

interface Filter {
  influencer_id?: number
  offer_id?: number
  incentive_id?: number
}

const ordersQuery = (filter: Filter, campaign: number) =>
  infiniteQueryOptions({
    queryKey: ['redemptions', 'list', campaign, filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<ApiPage<RedemptionRow>>(address(campaign > 0 ? `/campaigns/${campaign}/orders` : '/redemptions', { ...filter, cursor: pageParam ?? undefined }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ApiPage<RedemptionRow>) => page.next_cursor,
    refetchInterval: 15_000,
  })

/** The orders behind a number: of everybody, of one person or offer; or those that a campaign's results count. */
export default function RedemptionsPage() {
  const [search] = useSearchParams()
  const person = Number(search.get('influencer_id') ?? 0)
  const offer = Number(search.get('offer_id') ?? 0)
  const campaign = Number(search.get('campaign_id') ?? 0)
  const incentive = Number(search.get('incentive_id') ?? 0)
  const { data: personData } = useQuery({ ...influencerQuery(person), enabled: person > 0 })
  const { data: offerData } = useQuery({ ...offerQuery(offer), enabled: offer > 0 })
  const { data: campaignData } = useQuery({ ...campaignQuery(campaign), enabled: campaign > 0 })
  const filter = {
    ...(person > 0 && { influencer_id: person }),
    ...(offer > 0 && { offer_id: offer }),
    ...(incentive > 0 && { incentive_id: incentive }),
  }
  const query = useInfiniteQuery(ordersQuery(filter, campaign))
  const orders = query.data?.pages.flatMap((page) => page.items) ?? []
  const part = campaignData?.incentives.find((one) => one.id === incentive)
  const names = [personData?.name ?? offerData?.name ?? part?.name, campaignData?.name].filter((name) => name !== undefined)

  return (
    <Page title={t.redemptions.title} back={backTo(campaign, person, offer, names)} layout="full" facts={factsOf(campaign + person + offer, names)}>
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

function backTo(campaign: number, person: number, offer: number, names: string[]) {
  if (campaign > 0) return { to: `/campaigns/${campaign}?tab=results`, label: names.at(-1) ?? t.menu.campaigns }
  if (person > 0) return { to: `/influencers/${person}`, label: names[0] ?? t.influencers.influencer }
  if (offer > 0) return { to: `/offers/${offer}`, label: names[0] ?? t.offers.columns.offer }
  return { to: '/', label: t.menu.home }
}

function factsOf(filtered: number, names: string[]) {
  if (filtered === 0) return t.redemptions.all
  return names.length > 0 ? t.redemptions.of(names.join(' · ')) : <Line width={160} />
}
