import '@mantine/dates/styles.layer.css'
import { DateTimePicker } from '@mantine/dates'
import { IconCalendar } from '@tabler/icons-react'
import { wallDay, wallDays } from '../../lib/format'
import { t } from '../../text'
import { fieldId } from './fields'
import type { OfferForm } from './useOfferForm'

/** Values are the store's clock as text, without a zone: an offer may cross a change of clocks. */
export default function DateFields({ form }: { form: OfferForm }) {
  const { values, errors, set, leave, store } = form
  const { starts_at: start, ends_at: end } = values
  const starts = store.capabilities.start_dates
  return (
    <div className="pair">
      <DateTimePicker
        id={fieldId('starts_at')}
        label={t.form.optional(t.newOffer.start)}
        description={!starts ? store.capabilities.missing.start_dates : start ? wallDay(start) : t.newOffer.startNow}
        placeholder={t.newOffer.startNow}
        disabled={!starts}
        {...COMMON}
        clearButtonProps={{ 'aria-label': t.newOffer.removeStart }}
        defaultTimeValue="00:00"
        value={start}
        error={errors.starts_at}
        onChange={(value) => set('starts_at', value)}
        onBlur={() => leave('starts_at')}
      />
      <DateTimePicker
        id={fieldId('ends_at')}
        label={t.form.optional(t.newOffer.end)}
        description={!end ? t.newOffer.endNone : start && end > start ? t.newOffer.runsFor(wallDay(end), wallDays(start, end)) : wallDay(end)}
        placeholder={t.newOffer.endNone}
        {...COMMON}
        clearButtonProps={{ 'aria-label': t.newOffer.removeEnd }}
        defaultTimeValue="23:59"
        value={end}
        error={errors.ends_at}
        onChange={(value) => set('ends_at', value)}
        onBlur={() => leave('ends_at')}
      />
    </div>
  )
}

const COMMON = {
  clearable: true,
  valueFormat: 'D MMM YYYY, HH:mm',
  leftSection: <IconCalendar size={16} aria-hidden />,
  leftSectionPointerEvents: 'none' as const,
}
