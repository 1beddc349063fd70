import { useQuery } from '@tanstack/react-query'
import { IconPlus, IconSettings } from '@tabler/icons-react'
import { lazy, memo } from 'react'
import { Link } from 'react-router'
import { recentOffersQuery, type TableView } from '../../api/queries'
import type { SavedView } from '../../api/types'
import { useMay } from '../../session'
import { t } from '../../text'
import { tt } from '../../text/table'
import { PanelButton } from './PanelButton'
import { ALL, fromSaved, plainView, sameView, writeView } from './view'

const ViewPanel = lazy(() => import('./ViewPanel'))

interface ViewsProps {
  view: TableView
  saved: SavedView[]
  onShow: (view: TableView) => void
}

/** The workspace's own views, and ready-made ones: everybody, the newest offers, no code yet, quiet, put away. */
export const Views = memo(function Views({ view, saved, onShow }: ViewsProps) {
  const { data: offers } = useQuery(recentOffersQuery)
  const recent = (offers?.items ?? []).filter((offer) => offer.state !== 'draft')
  const ready: [string, TableView][] = [
    ...recent.map((offer): [string, TableView] => [offer.name, plainView({ offer_id: offer.id })]),
    [t.influencers.noCode, plainView({ code_status: 'none' })],
    [tt.activity.quiet_60 ?? '', plainView({ activity: 'quiet_60' })],
    [t.influencers.archived, plainView({ archived: true })],
  ]
  const shown = saved.find(({ id }) => String(id) === view.view)
  const all = plainView({}, saved.some((each) => each.is_default) ? ALL : '')
  return (
    <div className="views">
      <nav className="tabs" aria-label={t.influencers.views}>
        <Tab label={t.influencers.all} to={all} current={!shown && sameView(all, view)} />
        {saved.map((each) => (
          <Tab key={each.id} label={each.name} to={fromSaved(each)} current={each === shown} />
        ))}
        {ready.map(([label, to]) => (
          <Tab key={label} label={label} to={to} current={!shown && sameView(to, view)} />
        ))}
      </nav>
      <ViewMenu view={view} shown={shown} onShow={onShow} />
    </div>
  )
})

function Tab({ label, to, current }: { label: string; to: TableView; current: boolean }) {
  return (
    <Link
      className="tab"
      title={label}
      to={{ search: writeView(to).toString() }}
      {...(current && { 'aria-current': 'true' as const })}
    >
      {label}
    </Link>
  )
}

interface ViewMenuProps {
  view: TableView
  shown: SavedView | undefined
  onShow: (view: TableView) => void
}

function ViewMenu({ view, shown, onShow }: ViewMenuProps) {
  const may = useMay('issue')
  const label = shown ? tt.viewSettings(shown.name) : tt.saveView
  const changed = shown !== undefined && !sameView(fromSaved(shown), view)
  return (
    <PanelButton
      // Another view is another panel, not the same one with other words in its fields.
      key={shown?.id ?? 'new'}
      button={{ variant: 'subtle', color: 'ink.7', px: 8, 'aria-label': label, title: may ? label : t.trust.cannot.issue }}
      disabled={!may}
      label={label}
      width={300}
      panel={(close) => <ViewPanel view={view} shown={shown} changed={changed} onShow={onShow} onClose={close} />}
    >
      {shown ? <IconSettings size={16} aria-hidden /> : <IconPlus size={16} aria-hidden />}
      {changed && <span className="dot" aria-hidden />}
    </PanelButton>
  )
}
