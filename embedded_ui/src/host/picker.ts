/** The host's own dialog for products: Shopify has one, WordPress has none for us. */
import type { StoreProduct } from '../api/types'
import { appBridge } from './kind'

export type PickedKind = 'product' | 'variant' | 'collection'

interface Resource {
  id: string
  title?: string
  displayName?: string
  price?: string
  product?: { title?: string }
  variants?: { price?: string }[]
}

const titleOf = ({ displayName, title, product }: Resource) =>
  displayName ?? (product?.title && title ? `${product.title} - ${title}` : (title ?? ''))

export const hostPicker =
  appBridge &&
  (async (kind: PickedKind, picked: string[]): Promise<StoreProduct[] | null> => {
    const found = (await appBridge?.resourcePicker({
      type: kind,
      action: 'select',
      multiple: kind !== 'variant',
      selectionIds: picked.map((id) => ({ id })),
    })) as unknown as Resource[] | undefined
    return (
      found?.map((one) => ({ id: one.id, title: titleOf(one), price: one.price ?? one.variants?.[0]?.price ?? null, image: null })) ??
      null
    )
  })
