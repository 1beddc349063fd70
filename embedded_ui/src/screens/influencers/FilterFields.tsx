import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { labelsQuery } from '../../api/queries'
import type { Filter, LabelCount } from '../../api/types'
import { int } from '../../lib/format'
import { t } from '../../text'
import { tt } from '../../text/table'
import { ACTIVITIES, CODE_STATUSES, codeStatusWord, countryName } from './filterWords'
import { useOfferChoices } from './useOfferChoices'
import type { Column } from './usePeople'

interface FilterFieldsProps {
  filter: Filter
  columns: Column[]
  onFilter: (filter: Filter) => void
}

export default function FilterFields({ filter, columns, onFilter }: FilterFieldsProps) {
  const { data: labels } = useQuery(labelsQuery)
  const [wanted, setWanted] = useState('')
  const offers = useOfferChoices(wanted, columns)
  const counted = (items: LabelCount[] = [], word = (label: string) => label) =>
    items.map(({ label, count }) => ({ value: label, label: `${word(label)} (${int(count)})` }))

  const field = (name: Exclude<keyof Filter, 'archived' | 'q'>, data: { value: string; label: string }[]) => ({
    label: tt.fields[name],
    placeholder: t.influencers.anyOf,
    clearable: true,
    searchable: true,
    openOnFocus: false,
    comboboxProps: { withinPortal: false },
    clearButtonProps: { 'aria-label': t.remove(tt.fields[name]) },
    data,
    value: filter[name] === undefined ? null : String(filter[name]),
    onChange: (value: string | null) =>
      onFilter({ ...filter, [name]: value === null ? undefined : name === 'offer_id' ? Number(value) : value }),
  })
  return (
    <div className="filter-fields">
      <Select
        {...field('offer_id', offers.map(({ id, name }) => ({ value: String(id), label: name })))}
        filter={({ options }) => options}
        onSearchChange={setWanted}
      />
      <Select {...field('code_status', CODE_STATUSES.map((value) => ({ value, label: codeStatusWord(value) })))} />
      <Select {...field('activity', ACTIVITIES.map((value) => ({ value, label: tt.activity[value] ?? value })))} />
      <Select {...field('tag', counted(labels?.tags))} />
      <Select {...field('group', counted(labels?.groups))} />
      <Select {...field('stage', counted(labels?.stages))} />
      <Select {...field('country', counted(labels?.countries, countryName))} />
    </div>
  )
}
