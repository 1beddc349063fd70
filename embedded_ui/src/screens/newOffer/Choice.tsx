import { NativeSelect, SegmentedControl } from '@mantine/core'
import { useId } from 'react'
import { fieldId } from './fields'

interface ChoiceProps<Value extends string> {
  field: string
  label: string
  data: { value: Value; label: string }[]
  value: Value
  /** The card's title says it already. */
  quiet?: boolean
  help?: string | undefined
  error?: string | undefined
  onChange: (value: Value) => void
}

/** A few short choices side by side; a list where the screen is narrow. */
export function Choice<Value extends string>({ field, label, data, value, quiet, help, error, onChange }: ChoiceProps<Value>) {
  const id = useId()
  return (
    <div>
      <div className="desk">
        <div className={quiet ? 'visually-hidden' : 'field-label'} id={id}>
          {label}
        </div>
        <SegmentedControl
          fullWidth
          id={fieldId(field)}
          tabIndex={-1}
          aria-labelledby={id}
          data={data}
          value={value}
          onChange={onChange}
        />
      </div>
      <NativeSelect
        className="phone"
        label={label}
        data={data}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value as Value)}
      />
      {help && <div className="muted small" style={{ marginTop: 4 }}>{help}</div>}
      {error && <div className="small" style={{ color: 'var(--sc-danger)', marginTop: 4, fontWeight: 500 }}>{error}</div>}
    </div>
  )
}
