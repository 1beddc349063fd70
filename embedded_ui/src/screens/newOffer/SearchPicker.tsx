import '../../styles/modal'
import { Button, Modal } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { Store, StoreProduct } from '../../api/types'
import type { PickedKind } from '../../host/picker'
import { money } from '../../lib/format'
import { Failed } from '../../parts/Failed'
import { SearchField } from '../../parts/SearchField'
import { useFocusBack } from '../../parts/useFocusBack'
import { Line } from '../../parts/Waiting'
import { t } from '../../text'
import { o } from '../../text/offers'

interface SearchPickerProps {
  store: Store
  kind: PickedKind
  onPicked: (found: StoreProduct[]) => void
  onClose: () => void
}

/** One at a time: what was taken is listed in the form behind. */
export default function SearchPicker({ store, kind, onPicked, onClose }: SearchPickerProps) {
  useFocusBack()
  const [q, setQ] = useState('')
  const { data, error, refetch } = useQuery({
    queryKey: ['products', store.id, kind, q],
    queryFn: ({ signal }) =>
      api.get<{ items: StoreProduct[] }>(address(`/stores/${store.id}/products`, { kind, q: q || undefined }), signal),
    placeholderData: keepPreviousData,
    retry: false,
  })
  return (
    <Modal opened onClose={onClose} title={o.picker.title[kind]} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <div className="stack">
        <SearchField value={q} label={o.picker.search} placeholder={o.picker.search} onSearch={setQ} />
        {error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          Array.from({ length: 4 }, (_, index) => <Line key={index} width="60%" height={32} />)
        ) : data.items.length === 0 ? (
          <div className="muted">{o.picker.none}</div>
        ) : (
          <ul className="list bare" style={{ maxHeight: 360, overflow: 'auto' }}>
            {data.items.map((one) => (
              <li key={one.id} className="row between" style={{ paddingInline: 0 }}>
                <span className="trunc">
                  <bdi>{one.title}</bdi>
                  {one.price && <span className="muted figures"> · {money({ amount: one.price, currency: store.currency })}</span>}
                </span>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={o.picker.take(one.title)}
                  onClick={() => {
                    onPicked([one])
                    onClose()
                  }}
                >
                  {o.picker.add}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Modal>
  )
}
