import { Button, Menu, Select } from '@mantine/core'
import { IconColumns3, IconFilter, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState, type Ref } from 'react'
import { labelsQuery, type TableView } from '../../api/queries'
import type { Filter, Offer } from '../../api/types'
import { int } from '../../lib/format'
import { isStatus } from '../../lib/status'
import { SearchField } from '../../parts/SearchField'
import { t } from '../../text'
import { chosenFilters } from './view'

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
        key={view.filter.q ?? ''}
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

const STATUSES = ['live', 'creating', 'queued', 'failed', 'disabled', 'retired', 'none'] as const
const codeStatusWord = (status: string) =>
  status === 'none' ? t.influencers.noneStatus : isStatus(status) ? t.status[status] : status

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

function AddFilter({ filter, offers, onFilter }: { filter: Filter; offers: Offer[]; onFilter: (filter: Filter) => void }) {
  const [opened, setOpened] = useState(false)
  const { data: labels } = useQuery({ ...labelsQuery, enabled: opened })
  const count = chosenFilters(filter).length

  const set = (name: keyof Filter) => (value: string | null) =>
    onFilter({ ...filter, [name]: value === null ? undefined : name === 'offer_id' ? Number(value) : value })
  const labelled = (items: { label: string; count: number }[] | undefined) =>
    items?.map(({ label, count: n }) => ({ value: label, label: `${label} (${int(n)})` })) ?? []
  const common = { clearable: true, searchable: true, placeholder: t.influencers.anyOf, comboboxProps: { withinPortal: false } }

  return (
    <Menu opened={opened} onChange={setOpened} width={280} position="bottom-start" closeOnItemClick={false} trapFocus>
      <Menu.Target>
        <Button variant="subtle" color="ink.7" px={8} leftSection={<IconFilter size={15} aria-hidden />}>
          <span className="desk">{t.influencers.addFilter}</span>
          <span className="phone">{t.influencers.filters(count)}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown role="dialog" aria-label={t.influencers.addFilter} p={12}>
        <div className="stack">
          <Select
            {...common}
            label={t.influencers.fields.offer_id}
            data={offers.map((offer) => ({ value: String(offer.id), label: offer.name }))}
            value={filter.offer_id === undefined ? null : String(filter.offer_id)}
            onChange={set('offer_id')}
          />
          <Select
            {...common}
            label={t.influencers.fields.code_status}
            data={STATUSES.map((status) => ({ value: status, label: codeStatusWord(status) }))}
            value={filter.code_status ?? null}
            onChange={set('code_status')}
          />
          <Select
            {...common}
            label={t.influencers.fields.tag}
            data={labelled(labels?.tags)}
            value={filter.tag ?? null}
            onChange={set('tag')}
          />
          <Select
            {...common}
            label={t.influencers.fields.group}
            data={labelled(labels?.groups)}
            value={filter.group ?? null}
            onChange={set('group')}
          />
        </div>
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
