import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Checkbox.layer.css'
import '@mantine/core/styles/NumberInput.layer.css'
import { Checkbox, NumberInput } from '@mantine/core'
import { currencySymbol, decimalMark, groupMark } from '../../lib/format'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { fieldId } from './fields'
import type { OfferForm } from './useOfferForm'

export function LimitFields({ form }: { form: OfferForm }) {
  const { values, errors, set, leave, store } = form
  const whole = { allowNegative: false, allowDecimal: false, thousandSeparator: groupMark, valueIsNumericString: true }
  return (
    <Card title={t.newOffer.limits}>
      <div className="stack">
        <div className="pair">
          <NumberInput
            id={fieldId('uses_per_code')}
            label={t.form.optional(t.newOffer.uses)}
            description={t.newOffer.usesHelp}
            placeholder={t.newOffer.noLimit}
            {...whole}
            value={values.uses_per_code}
            error={errors.uses_per_code}
            onValueChange={({ value }) => value !== values.uses_per_code && set('uses_per_code', value)}
            onBlur={() => leave('uses_per_code')}
          />
          <NumberInput
            id={fieldId('minimum_subtotal')}
            label={t.form.optional(t.newOffer.minimum)}
            description={t.newOffer.minimumHelp}
            placeholder={t.newOffer.noMinimum}
            prefix={currencySymbol(store.currency)}
            allowNegative={false}
            decimalScale={store.capabilities.amount_decimals}
            decimalSeparator={decimalMark}
            thousandSeparator={groupMark}
            valueIsNumericString
            value={values.minimum_subtotal}
            error={errors.minimum_subtotal}
            onValueChange={({ value }) => value !== values.minimum_subtotal && set('minimum_subtotal', value)}
            onBlur={() => leave('minimum_subtotal')}
          />
        </div>
        <Checkbox
          id={fieldId('once_per_customer')}
          label={t.newOffer.once}
          checked={values.once_per_customer}
          onChange={(event) => set('once_per_customer', event.currentTarget.checked)}
        />
        <div className="pair">
          <NumberInput
            id={fieldId('pool')}
            label={t.form.optional(t.newOffer.pool)}
            description={t.newOffer.poolHelp}
            placeholder={t.newOffer.poolNone}
            {...whole}
            value={values.pool}
            error={errors.pool}
            onValueChange={({ value }) => value !== values.pool && set('pool', value)}
            onBlur={() => leave('pool')}
          />
        </div>
      </div>
    </Card>
  )
}
