import { IconColumns3, IconFilter, IconX } from '@tabler/icons-react'
import { lazy, type Ref } from 'react'
import type { TableView } from '../../api/queries'
import type { Filter } from '../../api/types'
import { SearchField } from '../../parts/SearchField'
import { t } from '../../text'
import { tt } from '../../text/table'
import { filterWord } from './filterWords'
import { PanelButton } from './PanelButton'
import type { Column } from './usePeople'
import { chosenFilters, withFilter } from './view'

const FilterFields = lazy(() => import('./FilterFields'))
const ColumnsPanel = lazy(() => import('./ColumnsPanel'))

interface FilterBarProps {
  view: TableView
  columns: Column[]
  searchRef: Ref<HTMLInputElement>
  onSearch: (q: string) => void
  onShow: (view: TableView) => void
}

export function FilterBar({ view, columns, searchRef, onSearch, onShow }: FilterBarProps) {
  const onFilter = (filter: Filter) => onShow(withFilter(view, filter))
  return (
    <div className="bar" role="search">
      <SearchField
        ref={searchRef}
        value={view.filter.q ?? ''}
        label={t.influencers.search}
        placeholder={t.influencers.searchHint}
        onSearch={onSearch}
      />
      <PanelButton
        button={{ variant: 'subtle', color: 'ink.7', px: 8, leftSection: <IconFilter size={15} aria-hidden /> }}
        label={tt.addFilter}
        width={440}
        panel={() => <FilterFields filter={view.filter} columns={columns} onFilter={onFilter} />}
      >
        <span className="desk">{t.influencers.addFilter}</span>
        <span className="phone">{t.influencers.filters(chosenFilters(view.filter).length)}</span>
      </PanelButton>
      {/* After the button: a new chip moves neither it nor its open panel. */}
      <div className="bar-filters desk">
        <Chips filter={view.filter} columns={columns} onFilter={onFilter} />
      </div>
      <span className="grow desk" />
      <span className="desk">
        <PanelButton
          button={{ variant: 'subtle', color: 'ink.7', px: 8, leftSection: <IconColumns3 size={15} aria-hidden /> }}
          label={t.influencers.columns}
          width={320}
          panel={() => <ColumnsPanel view={view} columns={columns} onShow={onShow} />}
        >
          {t.influencers.columns}
        </PanelButton>
      </span>
    </div>
  )
}

interface ChipsProps {
  filter: Filter
  columns: Column[]
  onFilter: (filter: Filter) => void
}

function Chips({ filter, columns, onFilter }: ChipsProps) {
  return chosenFilters(filter).map((name) => {
    const field = tt.fields[name]
    const word = filterWord(filter, name, columns)
    return (
      <span key={name} className="filter-chip">
        {field} <b title={word}>{word}</b>
        <button
          type="button"
          aria-label={t.remove(`${field} ${word}`)}
          onClick={() => onFilter({ ...filter, [name]: undefined })}
        >
          <IconX size={14} aria-hidden />
        </button>
      </span>
    )
  })
}
