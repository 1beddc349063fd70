import '../../styles/checkbox'
import '@mantine/core/styles/NumberInput.layer.css'
import { Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { IconMinus } from '@tabler/icons-react'
import type { Purpose, Store } from '../../api/types'
import { currencySymbol, decimalMark, groupMark } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { o } from '../../text/offers'
import { Choice } from './Choice'
import { buysFirst, fieldId, hasValue, type FormType } from './fields'
import { FreeProductField } from './ProductFields'
import type { OfferForm } from './useOfferForm'

/** `published`: the store stays; the rest may only be for new codes, which the page says. */
export function TermsFields({ form, stores, published }: { form: OfferForm; stores: Store[]; published?: boolean }) {
  const { values, errors, set, leave, store } = form
  return (
    <Card title={t.newOffer.terms}>
      <div className="stack">
        <TextInput
          id={fieldId('name')}
          label={t.newOffer.name}
          description={t.newOffer.nameHelp}
          maxLength={120}
          value={values.name}
          error={errors.name}
          onChange={(event) => set('name', event.currentTarget.value)}
          onBlur={() => leave('name')}
        />
        <TextInput
          id={fieldId('title')}
          label={t.form.optional(t.newOffer.shopperTitle)}
          description={t.newOffer.titleHelp}
          maxLength={120}
          value={values.title}
          error={errors.title}
          onChange={(event) => set('title', event.currentTarget.value)}
        />
        <NativeSelect
          id={fieldId('store_id')}
          label={t.newOffer.store}
          data={stores.map((each) => ({ value: String(each.id), label: `${each.name} · ${platformName(each)}` }))}
          value={String(values.store_id)}
          error={errors.store_id}
          disabled={published ?? false}
          onChange={(event) => set('store_id', Number(event.currentTarget.value))}
        />
        <CannotDo store={store} />
        <NativeSelect
          id={fieldId('purpose')}
          label={o.purpose}
          description={o.purposeHelp[values.purpose]}
          data={PURPOSES.map((value) => ({ value, label: o.purposes[value] }))}
          value={values.purpose}
          error={errors.purpose}
          onChange={(event) => set('purpose', event.currentTarget.value as Purpose)}
        />
        <TypeField form={form} />
        <Value form={form} />
      </div>
    </Card>
  )
}

const PURPOSES: Purpose[] = ['audience', 'own_use', 'gift']
const platformName = (store: Store) => t.store.platforms[store.platform] ?? store.platform

/** Stands before the choice is made, each with its consequence and remedy in the store's own words. */
function CannotDo({ store }: { store: Store }) {
  const missing = Object.entries(store.capabilities.missing)
  if (missing.length === 0) return null
  return (
    <div className="can-do">
      <div className="strong">{t.newOffer.canDo}</div>
      <ul className="list bare">
        {missing.map(([feature, sentence]) => (
          <li key={feature} className="row top" style={{ paddingInline: 0, gap: 6 }}>
            <IconMinus size={16} stroke={2.5} aria-label={t.newOffer.cannot} style={{ flex: 'none', marginTop: 2 }} />
            <div>
              {o.features[feature] ?? t.newOffer.features[feature] ?? feature}
              <div className="muted small">{sentence}</div>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}

const TYPES: FormType[] = ['percentage', 'fixed_amount', 'free_shipping', 'free_product', 'comped_order']

function TypeField({ form: { values, errors, set, store } }: { form: OfferForm }) {
  const fits = (type: FormType) =>
    type === 'comped_order' ? values.purpose === 'gift' : store.capabilities.discount_types.includes(type)
  return (
    <Choice
      field="type"
      label={t.newOffer.type}
      data={TYPES.filter(fits).map((value) => ({
        value,
        label: value === 'comped_order' ? o.comped : t.newOffer.types[value],
      }))}
      value={values.type}
      help={values.type === 'comped_order' ? o.compedHelp : undefined}
      error={errors.type}
      onChange={(type) => set('type', type)}
    />
  )
}

function Value({ form }: { form: OfferForm }) {
  const { values, errors, set, leave, store } = form
  if (values.type === 'free_product') {
    const help = buysFirst(values, store) ? o.freeProductBuys : values.purpose === 'audience' ? o.freeProductOne : o.freeProductOnce
    return <FreeProductField form={form} help={help} />
  }
  if (values.type === 'comped_order') {
    return store.capabilities.comped_shipping ? (
      <Checkbox
        id={fieldId('with_shipping')}
        label={o.withShipping}
        checked={values.with_shipping}
        error={errors.with_shipping}
        onChange={(event) => set('with_shipping', event.currentTarget.checked)}
      />
    ) : null
  }
  if (!hasValue(values)) return null
  const { amount_decimals: amount, percentage_decimals: percent } = store.capabilities
  const shape =
    values.type === 'percentage'
      ? { suffix: ' %', decimalScale: percent }
      : { prefix: currencySymbol(store.currency), decimalScale: amount }
  return (
    <div className="pair">
      <NumberInput
        id={fieldId('value')}
        label={t.newOffer.value}
        allowNegative={false}
        decimalSeparator={decimalMark}
        thousandSeparator={groupMark}
        {...shape}
        value={values.value}
        valueIsNumericString
        error={errors.value}
        onValueChange={({ value }) => value !== values.value && set('value', value)}
        onBlur={() => leave('value')}
      />
    </div>
  )
}
