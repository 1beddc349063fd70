import { Button } from '@mantine/core'
import { useQuery, type QueryClient } from '@tanstack/react-query'
import { lazy, memo, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { recentOffersQuery, rosterQuery, viewsQuery, type TableView } from '../../api/queries'
import { showToast } from '../../host/toast'
import { ago } from '../../lib/format'
import { countOf, everyone, nobody, people as peopleOf, type Selection } from '../../lib/selection'
import { Failed } from '../../parts/Failed'
import { Later } from '../../parts/Later'
import { Page } from '../../parts/Page'
import { Permitted } from '../../parts/Permitted'
import { ProgressLine } from '../../parts/ProgressLine'
import { usePhone } from '../../parts/usePhone'
import { Line } from '../../parts/Waiting'
import { useZone } from '../../session'
import { t } from '../../text'
import { tt } from '../../text/table'
import { Dialogs, type Dialog } from './Dialogs'
import { FilterBar } from './FilterBar'
import { PeopleTable } from './PeopleTable'
import { TableFoot } from './TableFoot'
import { useTableSelection } from './TableSelection'
import { prefetchPeople, usePeople } from './usePeople'
import { useRowSelection } from './useRowSelection'
import { useTableKeys } from './useTableKeys'
import { chosenFilters, readView, sameFilter, saysNothing, withColumns, withFilter, writeView } from './view'
import { Views } from './Views'

const ActionBar = lazy(() => import('./ActionBar'))
const PeopleCards = lazy(() => import('./PeopleCards'))
const NoInfluencers = lazy(() => import('./NoInfluencers'))
const NoMatch = lazy(() => import('./NoMatch'))

export const load = (client: QueryClient) => [
  prefetchPeople(client, new URLSearchParams(location.search)),
  client.query(viewsQuery),
  client.query(recentOffersQuery),
  client.query(rosterQuery),
]

export default function InfluencersPage() {
  const { view, saved, ready, show } = useTableView()
  const people = usePeople(view, ready)
  const { selection, setSelection } = useTableSelection()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const searchField = useRef<HTMLInputElement>(null)
  const phone = usePhone()
  const navigate = useNavigate()

  const selected = countOf(selection)
  const filters = chosenFilters(view.filter).length
  const filtered = filters > 0 || view.filter.q !== undefined
  const ids = useMemo(() => people.rows.map((row) => row.id), [people.rows])

  const onSearch = useCallback((q: string) => show(withFilter(view, { ...view.filter, q })), [show, view])
  const clear = useCallback(() => setSelection(nobody), [setSelection])
  useTableKeys(searchField, clear)
  const { onToggle, onSelectLoaded } = useRowSelection(ids)
  const newOffer = useCallback(
    (selection: Selection) => void navigate('/offers/new', { state: { selection } }),
    [navigate],
  )
  const onSort = useCallback((sort: string) => show({ ...view, sort }), [show, view])

  const empty = !people.loading && !people.error && people.total === 0
  return (
    <Page
      title={t.influencers.title}
      layout="fill"
      bottomActions={selected > 0}
      facts={people.loading ? <Line width={240} /> : <PageFacts total={people.total} />}
      actions={<HeadActions main={selected === 0 && !empty} onDialog={setDialog} />}
    >
      <ProgressLine active={people.refreshing} />
      <a className="skip-link" href="#people">
        {t.influencers.skip}
      </a>
      {people.error ? (
        <Failed error={people.error} onRetry={people.retry} />
      ) : (
        <section className="card table-card">
          {empty && !filtered ? (
            <Suspense fallback={null}>
              <NoInfluencers onAdd={() => setDialog('add')} />
            </Suspense>
          ) : (
            <>
              <Views view={view} saved={saved} onShow={show} />
              {selected > 0 ? (
                <Suspense fallback={<div className="bar" data-selected />}>
                  <ActionBar
                    selection={selection}
                    archived={view.filter.archived === true}
                    columns={view.columns}
                    matching={people.total}
                    onClear={clear}
                    onSelectAll={() => setSelection(everyone(view.filter, people.total))}
                    onSelectLoaded={() => setSelection(peopleOf(ids))}
                    onNewOffer={newOffer}
                    onDialog={setDialog}
                  />
                </Suspense>
              ) : (
                <FilterBar view={view} columns={people.columns} searchRef={searchField} onSearch={onSearch} onShow={show} />
              )}
              {empty ? (
                <Suspense fallback={null}>
                  <NoMatch filters={filters} onClear={() => show(withFilter(view, {}))} />
                </Suspense>
              ) : phone ? (
                <Suspense fallback={null}>
                  <PeopleCards people={people} selection={selection} onToggle={(id) => onToggle(id, false)} />
                </Suspense>
              ) : (
                <Later className="scroll">
                  {() => (
                    <PeopleTable
                      people={people}
                      fields={view.fields}
                      selection={selection}
                      sort={view.sort}
                      onSort={onSort}
                      onToggle={onToggle}
                      onSelectLoaded={onSelectLoaded}
                    />
                  )}
                </Later>
              )}
              {!empty && !phone && <TableFoot people={people} sort={view.sort} />}
            </>
          )}
        </section>
      )}
      <Dialogs
        dialog={dialog}
        selection={selection}
        offerId={view.columns[0]}
        onClose={() => setDialog(null)}
        onGone={clear}
        onGiven={(id) => {
          if (!view.columns.includes(id)) show(withColumns(view, [id, ...view.columns]))
        }}
        onNewOffer={() => newOffer(selection)}
      />
    </Page>
  )
}

interface HeadActionsProps {
  /** Nothing on the page asks more for a click than adding people. */
  main: boolean
  onDialog: (dialog: Dialog) => void
}

const HeadActions = memo(function HeadActions({ main, onDialog }: HeadActionsProps) {
  return (
    <Permitted to="issue">
      <Button variant="default" className="desk" onClick={() => onDialog('import')}>
        {tt.importPeople}
      </Button>
      <Button variant={main ? 'filled' : 'default'} onClick={() => onDialog('add')}>
        <span className="desk">{t.influencers.add}</span>
        <span className="phone">{t.influencers.addShort}</span>
      </Button>
    </Permitted>
  )
})

/** What is shown, out of the address; an address that says nothing shows the view that opens the table. */
function useTableView() {
  const [search, setSearch] = useSearchParams()
  const views = useQuery(viewsQuery)
  const { selection, setSelection } = useTableSelection()
  const saved = useMemo(() => views.data?.items ?? [], [views.data])
  const view = useMemo(() => readView(search, saved), [search, saved])
  // Without the saved views the table still works: they only add tabs.
  const ready = !saysNothing(search) || !views.isPending

  const byFilter = selection.kind === 'filter'
  const show = useCallback(
    (next: TableView) => {
      if (byFilter && !sameFilter(next.filter, view.filter)) {
        setSelection(nobody)
        void showToast(t.influencers.selectionCleared)
      }
      setSearch(writeView(next), { replace: next.filter.q !== view.filter.q })
    },
    [view, byFilter, setSelection, setSearch],
  )
  return { view, saved, ready, show }
}

function PageFacts({ total }: { total: number }) {
  const { data: roster } = useQuery(rosterQuery)
  const zone = useZone()
  return (
    <>
      {t.influencers.facts(total)}
      {roster?.pulled_at && ` · ${t.influencers.rosterChecked(ago(roster.pulled_at, zone))}`}
    </>
  )
}
