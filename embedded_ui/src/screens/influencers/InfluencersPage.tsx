import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { rosterQuery, type TableView } from '../../api/queries'
import type { Filter } from '../../api/types'
import { showToast } from '../../host/toast'
import { ago } from '../../lib/format'
import { countOf, everyone, nobody, people as peopleOf } from '../../lib/selection'
import { Failed } from '../../parts/Failed'
import { Page } from '../../parts/Page'
import { ProgressLine } from '../../parts/ProgressLine'
import { Line } from '../../parts/Waiting'
import { Permitted } from '../../parts/Permitted'
import { useZone } from '../../session'
import { t } from '../../text'
import { ActionBar, OfferMenu } from './ActionBar'
import { FilterBar } from './FilterBar'
import { PeopleTable } from './PeopleTable'
import { TableFoot } from './TableFoot'
import { useTableSelection } from './TableSelection'
import { usePeople } from './usePeople'
import { useRowSelection } from './useRowSelection'
import { useTableKeys } from './useTableKeys'
import { chosenFilters, readView, sameFilter, writeView } from './view'
import { Views } from './Views'

const AddInfluencer = lazy(() => import('./AddInfluencer'))
const PeopleCards = lazy(() => import('./PeopleCards'))
const NoInfluencers = lazy(() => import('./NoInfluencers'))
const NoMatch = lazy(() => import('./NoMatch'))
const ExistingOffer = lazy(() => import('./ExistingOffer'))

export default function InfluencersPage() {
  const [search, setSearch] = useSearchParams()
  const view = useMemo(() => readView(search), [search])
  const people = usePeople(view)
  const { selection, setSelection } = useTableSelection()
  const [dialog, setDialog] = useState<'add' | 'existing' | null>(null)
  const searchField = useRef<HTMLInputElement>(null)
  const phone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false })
  const navigate = useNavigate()

  const selected = countOf(selection)
  const filtered = chosenFilters(view.filter).length > 0 || view.filter.q !== undefined
  const ids = useMemo(() => people.rows.map((row) => row.id), [people.rows])

  const show = useCallback(
    (next: TableView) => {
      if (!sameFilter(next.filter, view.filter) && selection.kind === 'filter') {
        setSelection(nobody)
        void showToast(t.influencers.selectionCleared)
      }
      setSearch(writeView(next), { replace: next.filter.q !== view.filter.q })
    },
    [view, selection, setSelection, setSearch],
  )
  const onSearch = useCallback((q: string) => show({ ...view, filter: withoutEmpty({ ...view.filter, q }) }), [show, view])
  const clear = useCallback(() => setSelection(nobody), [setSelection])
  useTableKeys(searchField, clear)

  const { onToggle, onSelectLoaded } = useRowSelection(ids)
  const newOffer = () => void navigate('/offers/new', { state: { selection } })
  const existingOffer = () => setDialog('existing')

  const empty = !people.loading && !people.error && people.total === 0
  return (
    <Page
      title={t.influencers.title}
      layout="fill"
      bottomActions={selected > 0}
      facts={people.loading ? <Line width={240} /> : <PageFacts total={people.total} />}
      actions={
        <Permitted to="issue">
          <Button variant={selected > 0 || empty ? 'default' : 'filled'} onClick={() => setDialog('add')}>
            <span className="desk">{t.influencers.add}</span>
            <span className="phone">{t.influencers.addShort}</span>
          </Button>
        </Permitted>
      }
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
              <Views view={view} offers={people.offers} />
              {selected > 0 ? (
                <ActionBar
                  selection={selection}
                  matching={people.total}
                  onClear={clear}
                  onSelectAll={() => setSelection(everyone(view.filter, people.total))}
                  onSelectLoaded={() => setSelection(peopleOf(ids))}
                  onNewOffer={newOffer}
                  onExistingOffer={existingOffer}
                />
              ) : (
                <FilterBar
                  view={view}
                  offers={people.offers}
                  searchRef={searchField}
                  onSearch={onSearch}
                  onFilter={(filter) => show({ ...view, filter: withoutEmpty(filter), columns: columnsFor(view, filter) })}
                  onColumns={(columns) => show({ ...view, columns })}
                />
              )}
              {empty ? (
                <Suspense fallback={null}>
                  <NoMatch filters={chosenFilters(view.filter).length} onClear={() => show({ ...view, filter: {} })} />
                </Suspense>
              ) : phone ? (
                <Suspense fallback={null}>
                  <PeopleCards people={people} selection={selection} onToggle={(id) => onToggle(id, false)} />
                </Suspense>
              ) : (
                <PeopleTable
                  people={people}
                  selection={selection}
                  sort={view.sort}
                  onSort={(sort) => show({ ...view, sort })}
                  onToggle={onToggle}
                  onSelectLoaded={onSelectLoaded}
                />
              )}
              {!empty && !phone && <TableFoot people={people} sort={view.sort} />}
            </>
          )}
        </section>
      )}
      {selected > 0 && (
        <div className="fixed-actions">
          <OfferMenu onNewOffer={newOffer} onExistingOffer={existingOffer} />
        </div>
      )}
      <Suspense fallback={null}>
        {dialog === 'add' && <AddInfluencer onClose={() => setDialog(null)} />}
        {dialog === 'existing' && (
          <ExistingOffer
            selection={selection}
            offers={people.offers}
            onClose={() => setDialog(null)}
            onMade={(offer) => {
              if (!view.columns.includes(offer.id)) show({ ...view, columns: [offer.id, ...view.columns] })
            }}
            onNewOffer={newOffer}
          />
        )}
      </Suspense>
    </Page>
  )
}

function withoutEmpty(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''))
}

/** Taking the offer filter away takes its columns along. */
const columnsFor = (view: TableView, filter: Filter) =>
  view.filter.offer_id !== undefined && filter.offer_id !== view.filter.offer_id
    ? view.columns.filter((id) => id !== view.filter.offer_id)
    : view.columns

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
