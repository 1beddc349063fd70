import { Button, Menu } from '@mantine/core'
import { IconColumns3, IconFilter, IconX } from '@tabler/icons-react'
import { lazy, Suspense, useState, type Ref } from 'react'
import type { TableView } from '../../api/queries'
import type { Filter, Offer } from '../../api/types'
import { SearchField } from '../../parts/SearchField'
import { t } from '../../text'
import { codeStatusWord } from './codeStatus'
import { chosenFilters } from './view'

const FilterFields = lazy(() => import('./FilterFields'))

interface FilterBarProps {
  view: TableView
  offers: Offer[]
  searchRef: Ref<HTMLInputElement>
  onSearch: (q: string) => void
  onFilter: (filter: Filter) => void
  onColumns: (columns: number[]) => void
}

export function FilterBar({ view, offers, searchRef, onSearch, onFilter, onColumns }: FilterBarProps) {
  return (
    <div className="bar" role="search">
      <SearchField
        ref={searchRef}
        value={view.filter.q ?? ''}
        label={t.influencers.search}
        placeholder={t.influencers.searchHint}
        onSearch={onSearch}
      />
      <div className="bar-filters desk">
        <Chips filter={view.filter} offers={offers} onFilter={onFilter} />
      </div>
      <AddFilter filter={view.filter} offers={offers} onFilter={onFilter} />
      <span className="grow desk" />
      <Columns chosen={view.columns} offers={offers} onColumns={onColumns} />
    </div>
  )
}

function wordsOf(filter: Filter, name: keyof Filter, offers: Offer[]): string {
  switch (name) {
    case 'offer_id':
      return offers.find((offer) => offer.id === filter.offer_id)?.name ?? String(filter.offer_id)
    case 'code_status':
      return codeStatusWord(filter.code_status ?? '')
    case 'archived':
      return t.influencers.archived
    default:
      return String(filter[name])
  }
}

function Chips({ filter, offers, onFilter }: { filter: Filter; offers: Offer[]; onFilter: (filter: Filter) => void }) {
  return chosenFilters(filter).map((name) => {
    const field = t.influencers.fields[name]
    return (
      <span key={name} className="filter-chip">
        {field} <b>{wordsOf(filter, name, offers)}</b>
        <button
          type="button"
          aria-label={t.remove(field)}
          onClick={() => onFilter({ ...filter, [name]: undefined })}
        >
          <IconX size={14} aria-hidden />
        </button>
      </span>
    )
  })
}

interface AddFilterProps {
  filter: Filter
  offers: Offer[]
  onFilter: (filter: Filter) => void
}

function AddFilter(props: AddFilterProps) {
  const [opened, setOpened] = useState(false)
  return (
    <Menu opened={opened} onChange={setOpened} width={280} position="bottom-start" closeOnItemClick={false} trapFocus>
      <Menu.Target>
        <Button variant="subtle" color="ink.7" px={8} leftSection={<IconFilter size={15} aria-hidden />}>
          <span className="desk">{t.influencers.addFilter}</span>
          <span className="phone">{t.influencers.filters(chosenFilters(props.filter).length)}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown role="dialog" aria-label={t.influencers.addFilter} p={12}>
        <Suspense fallback={<div style={{ height: 244 }} />}>{opened && <FilterFields {...props} />}</Suspense>
      </Menu.Dropdown>
    </Menu>
  )
}

interface ColumnsProps {
  chosen: number[]
  offers: Offer[]
  onColumns: (columns: number[]) => void
}

const MOST_COLUMNS = 10

function Columns({ chosen, offers, onColumns }: ColumnsProps) {
  const toggle = (id: number) =>
    onColumns(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id].slice(-MOST_COLUMNS))
  return (
    <Menu width={260} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="subtle" color="ink.7" px={8} className="desk" leftSection={<IconColumns3 size={15} aria-hidden />}>
          {t.influencers.columns}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        <Menu.Label>{offers.length > 0 ? t.influencers.columnsHelp : t.influencers.noOffers}</Menu.Label>
        {offers.map((offer) => (
          <Menu.Item
            key={offer.id}
            role="menuitemcheckbox"
            aria-checked={chosen.includes(offer.id)}
            leftSection={
              <input
                type="checkbox"
                className="check"
                checked={chosen.includes(offer.id)}
                readOnly
                tabIndex={-1}
                aria-hidden
              />
            }
            onClick={() => toggle(offer.id)}
          >
            {offer.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
