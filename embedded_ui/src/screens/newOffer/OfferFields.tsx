import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { Store } from '../../api/types'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { LimitFields } from './LimitFields'
import { PatternField } from './PatternField'
import { ScopeFields } from './ProductFields'
import { TermsFields } from './TermsFields'
import type { OfferForm } from './useOfferForm'

const DateFields = lazy(() => import('./DateFields'))

interface OfferFieldsProps {
  form: OfferForm
  stores: Store[]
  /** What the server said about the pattern. */
  spoken?: string | undefined
  published?: boolean
}

/** Every term of an offer: the same cards for a new one, a draft and a published one. */
export function OfferFields({ form, stores, spoken, published = false }: OfferFieldsProps) {
  return (
    <>
      <TermsFields form={form} stores={stores} published={published} />
      <ScopeFields form={form} />
      <PatternField form={form} spoken={spoken} />
      <Card title={t.newOffer.dates} aside={<span className="muted small">{t.newOffer.storeTime(form.store.time_zone)}</span>}>
        <Suspense fallback={<Skeleton height={68} />}>
          <DateFields form={form} />
        </Suspense>
      </Card>
      <LimitFields form={form} pool={!published} />
    </>
  )
}
