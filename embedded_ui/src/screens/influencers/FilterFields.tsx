import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { labelsQuery } from '../../api/queries'
import type { Filter, Offer } from '../../api/types'
import { int } from '../../lib/format'
import { t } from '../../text'
import { CODE_STATUSES, codeStatusWord } from './codeStatus'

interface FilterFieldsProps {
  filter: Filter
  offers: Offer[]
  onFilter: (filter: Filter) => void
}

const COMMON = { clearable: true, searchable: true, comboboxProps: { withinPortal: false } }

export default function FilterFields({ filter, offers, onFilter }: FilterFieldsProps) {
  const { data: labels } = useQuery(labelsQuery)
  const set = (name: keyof Filter) => (value: string | null) =>
    onFilter({ ...filter, [name]: value === null ? undefined : name === 'offer_id' ? Number(value) : value })
  const labelled = (items: { label: string; count: number }[] = []) =>
    items.map(({ label, count }) => ({ value: label, label: `${label} (${int(count)})` }))
  const fields = [
    ['offer_id', offers.map((offer) => ({ value: String(offer.id), label: offer.name }))],
    ['code_status', CODE_STATUSES.map((status) => ({ value: status, label: codeStatusWord(status) }))],
    ['tag', labelled(labels?.tags)],
    ['group', labelled(labels?.groups)],
  ] as const
  return (
    <div className="stack">
      {fields.map(([name, data]) => (
        <Select
          key={name}
          {...COMMON}
          label={t.influencers.fields[name]}
          placeholder={t.influencers.anyOf}
          data={data}
          value={filter[name] === undefined ? null : String(filter[name])}
          onChange={set(name)}
        />
      ))}
    </div>
  )
}
