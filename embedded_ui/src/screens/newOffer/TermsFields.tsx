import { NativeSelect, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { IconMinus } from '@tabler/icons-react'
import { useId } from 'react'
import type { Store } from '../../api/types'
import { currencySymbol, decimalMark, groupMark } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { fieldId, type Values } from './fields'
import type { OfferForm } from './useOfferForm'

export function TermsFields({ form, stores }: { form: OfferForm; stores: Store[] }) {
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
          onChange={(event) => set('store_id', Number(event.currentTarget.value))}
        />
        <CannotDo store={store} />
        <TypeField form={form} />
        <div className="pair">
          <ValueField form={form} />
        </div>
      </div>
    </Card>
  )
}

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
              {t.newOffer.features[feature] ?? feature}
              <div className="muted small">{sentence}</div>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}

const TYPES: Values['type'][] = ['percentage', 'fixed_amount']

function TypeField({ form: { values, set, store } }: { form: OfferForm }) {
  const label = useId()
  const data = TYPES.filter((type) => store.capabilities.discount_types.includes(type)).map((value) => ({
    value,
    label: t.newOffer.types[value],
  }))
  return (
    <div>
      <div className="field-label" id={label}>
        {t.newOffer.type}
      </div>
      <SegmentedControl
        fullWidth
        aria-labelledby={label}
        data={data}
        value={values.type}
        onChange={(type) => set('type', type)}
      />
    </div>
  )
}

function ValueField({ form: { values, errors, set, leave, store } }: { form: OfferForm }) {
  const shape =
    values.type === 'percentage'
      ? { suffix: ' %', decimalScale: 2 }
      : { prefix: currencySymbol(store.currency), decimalScale: store.capabilities.amount_decimals }
  return (
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
  )
}
