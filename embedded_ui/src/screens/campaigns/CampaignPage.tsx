import './campaigns.css'
import { Button, Menu, SegmentedControl } from '@mantine/core'
import { IconChevronDown, IconDots, IconUsersPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { ApiError } from '../../api/client'
import {
  STAGES,
  type Campaign,
  type Incentive,
  type Member,
  type MemberFilter,
  type MembersBody,
  type Stage,
} from '../../api/campaigns'
import { isSelected } from '../../lib/selection'
import { Empty } from '../../parts/Empty'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { PageSkeleton } from '../../parts/PageSkeleton'
import { Status } from '../../parts/Status'
import { CardSkeleton, Unhurried } from '../../parts/Waiting'
import { useMay } from '../../session'
import { k } from '../../text/campaigns'
import NotFoundPage from '../NotFoundPage'
import { Board } from './Board'
import { datesOf } from './dates'
import { MembersTable } from './MembersTable'
import { MoreMenu } from './MoreMenu'
import { PoolCard } from './PoolCard'
import { campaignQuery } from './queries'
import { SetupTab } from './SetupTab'
import { bodyOf, usePicked } from './usePicked'

const MoveDialog = lazy(() => import('./MoveDialog'))
const MemberDialog = lazy(() => import('./MemberDialog'))
const AddCodes = lazy(() => import('./AddCodes'))
const AddMembers = lazy(() => import('./AddMembers'))
const IncentiveDialog = lazy(() => import('./IncentiveDialog'))
const ActivateDialog = lazy(() => import('./ActivateDialog'))
const Results = lazy(() => import('./Results'))

const TABS = ['board', 'members', 'results', 'setup'] as const
const back = { to: '/campaigns', label: k.title }

export default function CampaignPage() {
  const id = Number(useParams().id)
  const { data, error, refetch } = useQuery({ ...campaignQuery(id), enabled: id > 0 })
  if (!(id > 0) || (error instanceof ApiError && error.status === 404)) return <NotFoundPage />
  if (error && !data) {
    return (
      <Page title={k.title} back={back}>
        <Failed error={error} onRetry={() => void refetch()} />
      </Page>
    )
  }
  return data ? <Loaded key={id} campaign={data} /> : <PageSkeleton />
}

type Dialog =
  | { kind: 'move'; members: MembersBody; count: number; to: Stage }
  | { kind: 'member'; member: Member }
  | { kind: 'codes'; incentive: Incentive }
  | { kind: 'incentive'; incentive?: Incentive }
  | { kind: 'members' }
  | { kind: 'activate' }

function Loaded({ campaign }: { campaign: Campaign }) {
  const [search, setSearch] = useSearchParams()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const picked = usePicked()
  const may = useMay('issue')
  const wanted = TABS.find((tab) => tab === search.get('tab'))
  const tab = wanted ?? (campaign.members === 0 && campaign.incentives.length === 0 ? 'setup' : 'board')
  const open = campaign.state !== 'ended' && may
  const filter = filterOf(search)
  const close = () => setDialog(null)
  const go = (values: Record<string, string>) => setSearch(values, { replace: true })
  const setFilter = (name: string, value: string) => {
    picked.clear()
    const next = new URLSearchParams(search)
    if (value) next.set(name, value)
    else next.delete(name)
    setSearch(next, { replace: true })
  }
  const move = (to: Stage) =>
    setDialog({ kind: 'move', members: bodyOf(picked.selection), count: picked.count, to })

  return (
    <Page
      title={campaign.name}
      back={back}
      badge={<Status of={campaign.state} />}
      layout="full"
      facts={`${k.members(campaign.members)} · ${datesOf(campaign)}`}
      actions={
        <>
          {open && (
            <Button variant="default" onClick={() => setDialog({ kind: 'members' })}>
              {k.addMembers}
            </Button>
          )}
          {open && campaign.state === 'draft' && (
            <Button variant={picked.count > 0 ? 'default' : 'filled'} onClick={() => setDialog({ kind: 'activate' })}>
              {k.activate}
            </Button>
          )}
          <MoreMenu campaign={campaign} open={open} icon={<IconDots size={16} aria-hidden />} />
        </>
      }
    >
      <div className="stack wide">
        {tab !== 'setup' &&
          tab !== 'results' &&
          campaign.incentives.map((incentive) => (
            <PoolCard
              key={incentive.id}
              incentive={incentive}
              open={open}
              onAdd={() => setDialog({ kind: 'codes', incentive })}
            />
          ))}
        {open && picked.count > 0 ? (
          <Selected count={picked.count} next={picked.next} onClear={picked.clear} onMove={move} campaign={campaign} members={bodyOf(picked.selection)} />
        ) : (
          <SegmentedControl
            className="tabs-control"
            aria-label={campaign.name}
            data={TABS.map((value) => ({ value, label: k.tabs[value] }))}
            value={tab}
            onChange={(value) => go({ tab: value })}
          />
        )}
        {(tab === 'board' || tab === 'members') && campaign.members === 0 ? (
          <section className="card">
            <Empty icon={<IconUsersPlus size={28} aria-hidden />} title={k.table.emptyTitle} text={k.table.emptyText}>
              {open && <Button onClick={() => setDialog({ kind: 'members' })}>{k.addMembers}</Button>}
            </Empty>
          </section>
        ) : tab === 'board' ? (
          <Board
            campaign={campaign}
            selection={picked.selection}
            open={open}
            onToggle={picked.toggle}
            onSelectStage={(stage, count) =>
              picked.selection.kind === 'filter' && picked.selection.filter.stage === stage
                ? picked.clear()
                : picked.all({ stage }, count)
            }
            onShow={(member) => setDialog({ kind: 'member', member })}
            onShowStage={(stage) => go({ tab: 'members', stage })}
            onDrop={(id, to) => {
              const several = picked.count > 0 && isSelected(picked.selection, id)
              setDialog({
                kind: 'move',
                members: several ? bodyOf(picked.selection) : { ids: [id] },
                count: several ? picked.count : 1,
                to,
              })
            }}
          />
        ) : tab === 'members' ? (
          <MembersTable
            campaign={campaign}
            filter={filter}
            selection={picked.selection}
            open={open}
            onFilter={setFilter}
            onToggle={picked.toggle}
            onSelectPage={picked.page}
            onSelectAll={(total) => picked.all(filter, total)}
            onShow={(member) => setDialog({ kind: 'member', member })}
          />
        ) : tab === 'results' ? (
          <Suspense
            fallback={
              <Unhurried>
                <CardSkeleton lines={8} />
              </Unhurried>
            }
          >
            <Results campaign={campaign} />
          </Suspense>
        ) : (
          <SetupTab
            campaign={campaign}
            open={open}
            onAdd={() => setDialog({ kind: 'incentive' })}
            onEdit={(incentive) => setDialog({ kind: 'incentive', incentive })}
            onCodes={(incentive) => setDialog({ kind: 'codes', incentive })}
          />
        )}
      </div>
      <Suspense fallback={null}>
        {dialog?.kind === 'move' && (
          <MoveDialog
            campaign={campaign}
            members={dialog.members}
            count={dialog.count}
            to={dialog.to}
            onClose={close}
            onMoved={() => {
              close()
              picked.clear()
            }}
          />
        )}
        {dialog?.kind === 'member' && <MemberDialog member={dialog.member} onClose={close} />}
        {dialog?.kind === 'codes' && <AddCodes incentive={dialog.incentive} onClose={close} />}
        {dialog?.kind === 'members' && <AddMembers campaign={campaign} onClose={close} />}
        {dialog?.kind === 'incentive' && (
          <IncentiveDialog campaign={campaign} incentive={dialog.incentive} onClose={close} />
        )}
        {dialog?.kind === 'activate' && <ActivateDialog campaign={campaign} onClose={close} />}
      </Suspense>
    </Page>
  )
}

function filterOf(search: URLSearchParams): MemberFilter {
  const filter: MemberFilter = {}
  const q = search.get('q')
  const stage = [...STAGES, 'dropped' as const].find((one) => one === search.get('stage'))
  const code = (['released', 'held', 'waiting', 'none'] as const).find((one) => one === search.get('code'))
  if (q) filter.q = q
  if (stage) filter.stage = stage
  if (code) filter.code = code
  return filter
}

interface SelectedProps {
  campaign: Campaign
  members: MembersBody
  count: number
  next: Stage
  onClear: () => void
  onMove: (to: Stage) => void
}

/** Takes the tabs' place: what can be done with those selected. */
function Selected({ campaign, members, count, next, onClear, onMove }: SelectedProps) {
  const [removing, setRemoving] = useState(false)
  return (
    <div className="bar card" data-selected role="toolbar" aria-label={k.selected(count)}>
      <Button variant="subtle" color="ink.7" px={6} aria-label={k.clear} onClick={onClear}>
        <IconX size={16} aria-hidden />
      </Button>
      <span className="strong figures nowrap" role="status">
        {k.selected(count)}
      </span>
      <span className="grow" />
      <Menu>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            {k.moveOthers}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{k.moveTo}</Menu.Label>
          {[...STAGES, 'dropped' as const].map((stage) => (
            <Menu.Item key={stage} onClick={() => onMove(stage)}>
              {k.stages[stage]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setRemoving(true)}>{k.remove}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button onClick={() => onMove(next)}>{k.moveNext(count, k.stages[next])}</Button>
      <Suspense fallback={null}>
        {removing && (
          <RemoveDialog
            campaign={campaign}
            members={members}
            count={count}
            onClose={() => setRemoving(false)}
            onRemoved={onClear}
          />
        )}
      </Suspense>
    </div>
  )
}

const RemoveDialog = lazy(() => import('./RemoveDialog'))
