import { Checkbox, NativeSelect, NumberInput } from '@mantine/core'
import type { AppliesTo, CombinesWith } from '../../api/types'
import { currencySymbol, decimalMark, groupMark } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { o } from '../../text/offers'
import { Choice } from './Choice'
import { fieldId } from './fields'
import type { OfferForm } from './useOfferForm'

const WHOLE = { allowNegative: false, allowDecimal: false, thousandSeparator: groupMark, valueIsNumericString: true }

/** `pool`: codes can be asked for here, as of an offer that is not published. */
export function LimitFields({ form, pool }: { form: OfferForm; pool: boolean }) {
  const { values, errors, set, leave } = form
  const isGift = values.purpose === 'gift'
  return (
    <Card title={t.newOffer.limits}>
      <div className="stack">
        <div className="pair">
          <NumberInput
            id={fieldId('uses_per_code')}
            label={t.form.optional(t.newOffer.uses)}
            description={isGift ? o.giftUses : t.newOffer.usesHelp}
            placeholder={t.newOffer.noLimit}
            {...WHOLE}
            disabled={isGift}
            value={values.uses_per_code}
            error={errors.uses_per_code}
            onValueChange={({ value }) => value !== values.uses_per_code && set('uses_per_code', value)}
            onBlur={() => leave('uses_per_code')}
          />
          {pool && <PoolField form={form} />}
        </div>
        <Checkbox
          id={fieldId('once_per_customer')}
          label={t.newOffer.once}
          checked={values.once_per_customer}
          onChange={(event) => set('once_per_customer', event.currentTarget.checked)}
        />
        <Minimum form={form} />
        <Purchases form={form} />
        <Combining form={form} />
      </div>
    </Card>
  )
}

function PoolField({ form: { values, errors, set, leave } }: { form: OfferForm }) {
  return (
    <NumberInput
      id={fieldId('pool')}
      label={t.form.optional(t.newOffer.pool)}
      description={t.newOffer.poolHelp}
      placeholder={t.newOffer.poolNone}
      {...WHOLE}
      value={values.pool}
      error={errors.pool}
      onValueChange={({ value }) => value !== values.pool && set('pool', value)}
      onBlur={() => leave('pool')}
    />
  )
}

const MINIMUMS = ['none', 'spend', 'quantity'] as const

function Minimum({ form: { values, errors, set, leave, store } }: { form: OfferForm }) {
  const { minimum_quantity: knowsItems, amount_decimals: decimals } = store.capabilities
  return (
    <div className="pair">
      <Choice
        field="minimum"
        label={o.minimum}
        data={MINIMUMS.filter((kind) => kind !== 'quantity' || knowsItems).map((value) => ({ value, label: o.minimums[value] }))}
        value={values.minimum}
        onChange={(kind) => set('minimum', kind)}
      />
      {values.minimum === 'spend' && (
        <NumberInput
          id={fieldId('minimum_subtotal')}
          label={t.newOffer.minimum}
          prefix={currencySymbol(store.currency)}
          allowNegative={false}
          decimalScale={decimals}
          decimalSeparator={decimalMark}
          thousandSeparator={groupMark}
          valueIsNumericString
          value={values.minimum_subtotal}
          error={errors.minimum_subtotal}
          onValueChange={({ value }) => value !== values.minimum_subtotal && set('minimum_subtotal', value)}
          onBlur={() => leave('minimum_subtotal')}
        />
      )}
      {values.minimum === 'quantity' && (
        <NumberInput
          id={fieldId('minimum_quantity')}
          label={o.minimumQuantity}
          {...WHOLE}
          value={values.minimum_quantity}
          error={errors.minimum_quantity}
          onValueChange={({ value }) => value !== values.minimum_quantity && set('minimum_quantity', value)}
          onBlur={() => leave('minimum_quantity')}
        />
      )}
    </div>
  )
}

const PURCHASES: AppliesTo[] = ['both', 'one_time', 'subscription']

function Purchases({ form: { values, errors, set, store } }: { form: OfferForm }) {
  if (!store.capabilities.subscriptions) return null
  const fits = (kind: AppliesTo) => kind !== 'subscription' || values.type !== 'free_product'
  return (
    <NativeSelect
      id={fieldId('applies_to')}
      label={o.appliesTo}
      description={o.purchasesHelp}
      data={PURCHASES.filter(fits).map((value) => ({ value, label: o.purchases[value] }))}
      value={values.applies_to}
      error={errors.applies_to}
      onChange={(event) => set('applies_to', event.currentTarget.value as AppliesTo)}
    />
  )
}

const PARTS: (keyof CombinesWith)[] = ['orders', 'products', 'shipping']

function Combining({ form: { values, errors, set, store } }: { form: OfferForm }) {
  const known = store.capabilities.combining
  if (known.length === 0) return null
  if (known.includes('all')) {
    return (
      <Checkbox
        id={fieldId('combines_with')}
        label={o.combinesAll}
        checked={values.combines_with.orders}
        error={errors.combines_with}
        onChange={({ currentTarget: { checked } }) =>
          set('combines_with', { orders: checked, products: checked, shipping: checked })
        }
      />
    )
  }
  return (
    <Checkbox.Group
      id={fieldId('combines_with')}
      label={o.combines}
      description={o.combinesHelp}
      error={errors.combines_with}
      value={PARTS.filter((part) => values.combines_with[part])}
      onChange={(parts) =>
        set('combines_with', {
          orders: parts.includes('orders'),
          products: parts.includes('products'),
          shipping: parts.includes('shipping'),
        })
      }
    >
      <div className="row wrap" style={{ marginTop: 6, gap: 16 }}>
        {PARTS.filter((part) => known.includes(part)).map((part) => (
          <Checkbox key={part} value={part} label={o.combinesParts[part]} />
        ))}
      </div>
    </Checkbox.Group>
  )
}
