import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { OfferScope, StoreProduct } from '../../api/types'
import { hostPicker, type PickedKind } from '../../host/picker'
import { money } from '../../lib/format'
import { Card } from '../../parts/Card'
import { useSession } from '../../session'
import { t } from '../../text'
import { o } from '../../text/offers'
import { Choice } from './Choice'
import { buysFirst, fieldId, hasScope } from './fields'
import type { OfferForm } from './useOfferForm'

const SearchPicker = lazy(() => import('./SearchPicker'))

/** Shopify's own dialog in the store that it belongs to; a search of ours for every other store. */
function usePicker(form: OfferForm, kind: PickedKind, picked: string[], onPicked: (found: StoreProduct[]) => void) {
  const session = useSession()
  const [searching, setSearching] = useState(false)
  const hosts = hostPicker !== undefined && form.store.capabilities.picker && form.store.id === session.store.id
  const open = () => {
    if (!hosts) setSearching(true)
    else void hostPicker?.(kind, picked).then((found) => found && onPicked(found))
  }
  const dialog = searching && (
    <Suspense fallback={null}>
      <SearchPicker store={form.store} kind={kind} onPicked={onPicked} onClose={() => setSearching(false)} />
    </Suspense>
  )
  return { open, dialog, adds: !hosts }
}

export function FreeProductField({ form, help }: { form: OfferForm; help: string }) {
  const { values, errors, set, store } = form
  const picked = values.free_product
  const { open, dialog } = usePicker(form, 'variant', picked ? [picked.id] : [], ([found]) => {
    if (found) set('free_product', { id: found.id, title: found.title, price: found.price })
  })
  return (
    <div>
      <div className="field-label">{o.freeProduct}</div>
      <div className="muted small">{help}</div>
      <div className="row wrap" style={{ marginTop: 4 }}>
        {picked && (
          <span className="strong">
            <bdi>{picked.title}</bdi>
            {picked.price && <span className="muted figures"> · {money({ amount: picked.price, currency: store.currency })}</span>}
          </span>
        )}
        <Button id={fieldId('free_product')} variant="default" size="compact-sm" onClick={open} aria-invalid={errors.free_product !== undefined}>
          {picked ? o.change : o.chooseProduct}
        </Button>
      </div>
      <Fault text={errors.free_product} />
      {dialog}
    </div>
  )
}

function Fault({ text }: { text: string | undefined }) {
  if (!text) return null
  return <div className="small" style={{ color: 'var(--sc-danger)', marginTop: 4, fontWeight: 500 }}>{text}</div>
}

/** What the offer is for, or what has to be bought for the free product. */
export function ScopeFields({ form }: { form: OfferForm }) {
  const { values, errors, set, store } = form
  const { collections_called: called, scopes } = store.capabilities
  const title = buysFirst(values, store) ? o.bought : o.scope
  if (!hasScope(values, store)) {
    const words = o.allOrder[values.type as keyof typeof o.allOrder]
    return (
      <Card title={title}>
        <div className="muted">{words}</div>
      </Card>
    )
  }
  const kinds = scopes.filter((kind) => kind !== 'all' || !buysFirst(values, store))
  const label = (kind: OfferScope['kind']) => (kind === 'collections' ? o.scopes.collections(called) : o.scopes[kind])
  return (
    <Card title={title}>
      <div className="stack">
        {kinds.length > 1 && (
          <Choice
            field="scope-kind"
            quiet
            label={title}
            data={kinds.map((value) => ({ value, label: label(value) }))}
            value={values.scope.kind}
            onChange={(kind) => set('scope', { kind, ids: [], titles: [] })}
          />
        )}
        {values.scope.kind !== 'all' && <Chosen form={form} />}
        <Fault text={errors.scope} />
      </div>
    </Card>
  )
}

function Chosen({ form }: { form: OfferForm }) {
  const { values, errors, set, store } = form
  const { kind, ids, titles } = values.scope
  const products = kind === 'products'
  const { open, dialog, adds } = usePicker(form, products ? 'product' : 'collection', ids, (found) => {
    const others = adds ? titles.map((title, index) => ({ id: ids[index] ?? '', title })) : []
    const all = [...others, ...found.filter((one) => !others.some((other) => other.id === one.id))]
    set('scope', { kind, ids: all.map((one) => one.id), titles: all.map((one) => one.title) })
  })
  const remove = (id: string) => {
    const kept = ids.map((one, index) => ({ id: one, title: titles[index] ?? '' })).filter((one) => one.id !== id)
    set('scope', { kind, ids: kept.map((one) => one.id), titles: kept.map((one) => one.title) })
  }
  return (
    <div>
      {ids.length > 0 && (
        <ul className="list bare" aria-label={o.chosen(ids.length)}>
          {ids.map((id, index) => (
            <li key={id} className="row between" style={{ paddingInline: 0 }}>
              <bdi className="trunc" title={titles[index]}>{titles[index]}</bdi>
              <ActionIcon variant="subtle" color="ink.6" aria-label={o.remove(titles[index] ?? t.none)} onClick={() => remove(id)}>
                <IconX size={15} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <Button id={fieldId('scope')} variant="default" size="compact-sm" onClick={open} aria-invalid={errors.scope !== undefined}>
        {products ? o.choose.products : o.choose.collections(store.capabilities.collections_called)}
      </Button>
      {dialog}
    </div>
  )
}
