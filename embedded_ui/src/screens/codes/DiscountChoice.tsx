import { useDebouncedValue } from '@mantine/hooks'
import { TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { problemText } from '../../parts/Failed'
import { Status } from '../../parts/Status'
import { Line } from '../../parts/Waiting'
import { c } from '../../text/codes'
import { discountsQuery, type StoreDiscount } from './queries'

interface DiscountChoiceProps {
  storeId: number
  chosen: string
  fault: string | undefined
  onChoose: (remoteId: string) => void
}

/** The store's own discounts: the newest, or those like what is typed. */
export function DiscountChoice({ storeId, chosen, fault, onChoose }: DiscountChoiceProps) {
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed, 300)
  const { data, error, isFetching } = useQuery({ ...discountsQuery(storeId, q), placeholderData: keepPreviousData })
  return (
    <div className="stack">
      <TextInput
        label={c.import.search}
        description={c.import.searchHint}
        value={typed}
        maxLength={200}
        error={fault}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {error ? (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(error)}
        </div>
      ) : !data ? (
        <div className="stack" aria-busy>
          <Line width="60%" height={24} />
          <Line width="50%" height={24} />
        </div>
      ) : data.items.length === 0 ? (
        <div className="muted">{c.import.none}</div>
      ) : (
        <div className="import-lines" role="radiogroup" aria-label={c.import.ways.discount} aria-busy={isFetching}>
          {data.items.map((row) => (
            <label key={row.remote_id} className="pick">
              <input
                type="radio"
                name="discount"
                value={row.remote_id}
                checked={row.remote_id === chosen}
                onChange={() => onChoose(row.remote_id)}
              />
              <span className="grow">
                <span className="strong">{row.title}</span>
                <span className="muted small" style={{ display: 'block' }}>
                  {[terms(row), c.import.number(row.codes), row.first_code, row.note].filter(Boolean).join(' · ')}
                </span>
              </span>
              <Status of={row.status} />
            </label>
          ))}
        </div>
      )}
    </div>
  )
}

const terms = ({ type, value }: StoreDiscount) =>
  type === 'percentage' ? c.import.percent(value) : type === 'free_shipping' ? c.import.freeShipping : ''
