import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { memo, useEffect, useRef } from 'react'
import type { FieldName } from '../../api/types'
import { termsText } from '../../lib/offerTerms'
import { t } from '../../text'
import { tt } from '../../text/table'
import type { Column } from './usePeople'
import { nextSort } from './view'

interface TableHeadProps {
  columns: Column[]
  fields: FieldName[]
  sort: string
  onSort: (sort: string) => void
  loaded: number
  state: 'none' | 'some' | 'all'
  onSelectLoaded: (selected: boolean) => void
}

export const TableHead = memo(function TableHead(props: TableHeadProps) {
  const { columns, fields, sort, onSort, loaded, state, onSelectLoaded } = props
  return (
    <thead>
      <tr className="group">
        <td className="pin" />
        <td className="pin-second" />
        {fields.map((field) =>
          field === 'totals' ? (
            <th key={field} className="group-start" colSpan={3} scope="colgroup">
              {tt.heads.totals}
            </th>
          ) : (
            <td key={field} />
          ),
        )}
        {columns.map(({ id, offer }) => (
          <th key={id} className="group-start trunc" colSpan={5} scope="colgroup">
            {offer ? t.influencers.offerHead(offer.name, termsText(offer)) : t.none}
          </th>
        ))}
      </tr>
      <tr>
        <th className="pin box" scope="col">
          <PageBox loaded={loaded} state={state} onChange={onSelectLoaded} />
        </th>
        <SortableHead className="pin-second" column="name" label={t.influencers.influencer} sort={sort} onSort={onSort} />
        {fields.map((field) =>
          field === 'totals' ? (
            // Where offers are shown, sorting goes by the first one's figures.
            <FigureHeads key={field} sort={sort} onSort={columns.length === 0 ? onSort : undefined} start />
          ) : field === 'added' ? (
            <SortableHead key={field} className="" column="added" label={tt.heads.added} sort={sort} onSort={onSort} />
          ) : (
            <th key={field} scope="col">
              {tt.heads[field]}
            </th>
          ),
        )}
        {columns.map(({ id }, index) => (
          <OfferHeads key={id} sort={sort} onSort={index === 0 ? onSort : undefined} />
        ))}
      </tr>
    </thead>
  )
})

interface HeadsProps {
  sort: string
  onSort: ((sort: string) => void) | undefined
}

function OfferHeads(props: HeadsProps) {
  return (
    <>
      <th className="group-start" scope="col">
        {t.influencers.state}
      </th>
      <th scope="col">{t.influencers.code}</th>
      <FigureHeads {...props} />
    </>
  )
}

function FigureHeads({ sort, onSort, start }: HeadsProps & { start?: boolean }) {
  const heads = [
    ['redemptions', t.money.redemptions],
    ['net', t.money.net],
    ['last_order', t.money.lastOrder],
  ] as const
  return heads.map(([column, label], index) => {
    const className = start && index === 0 ? 'num group-start' : 'num'
    return onSort ? (
      <SortableHead key={column} className={className} column={column} label={label} sort={sort} onSort={onSort} />
    ) : (
      <th key={column} className={className} scope="col">
        {label}
      </th>
    )
  })
}

interface SortableHeadProps {
  column: string
  label: string
  sort: string
  className: string
  onSort: (sort: string) => void
}

function SortableHead({ column, label, sort, className, onSort }: SortableHeadProps) {
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : undefined
  const Arrow = direction === 'ascending' ? IconArrowUp : IconArrowDown
  return (
    <th className={className} scope="col" aria-sort={direction}>
      <button
        type="button"
        className="sort-button"
        data-sorted={direction !== undefined}
        onClick={() => onSort(nextSort(sort, column))}
      >
        {direction && <Arrow size={13} aria-hidden />}
        {label}
      </button>
    </th>
  )
}

interface PageBoxProps {
  loaded: number
  state: 'none' | 'some' | 'all'
  onChange: (selected: boolean) => void
}

export function PageBox({ loaded, state, onChange }: PageBoxProps) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = state === 'some'
  }, [state])
  return (
    <input
      ref={box}
      type="checkbox"
      className="check"
      aria-label={t.influencers.selectLoaded(loaded)}
      checked={state === 'all'}
      disabled={loaded === 0}
      onChange={() => onChange(state !== 'all')}
    />
  )
}
