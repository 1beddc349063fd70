import type { Ref } from 'react'
import { Banner } from '../../parts/Banner'
import { t } from '../../text'
import { fieldId, LABELS, type Errors, type Field } from './fields'

interface FaultsBannerProps {
  errors: Errors & Record<string, string | undefined>
  problem: string | undefined
  title?: (faults: number) => string
  nothing?: string
  ref: Ref<HTMLDivElement>
}

/** Every fault is a link to its field; what belongs to no field is said here. */
export function FaultsBanner(props: FaultsBannerProps) {
  const { errors, problem, title: titled = t.newOffer.faults, nothing = t.newOffer.nothingCreated, ref } = props
  const wrong = Object.entries(errors).filter(([, message]) => message !== undefined)
  const fields = wrong.filter(([name]) => name in LABELS).map(([name]) => name as Field)
  const others = wrong.filter(([name]) => !(name in LABELS)).map(([, message]) => message)
  if (wrong.length === 0 && !problem) return null

  const title = fields.length > 0 ? titled(fields.length) : t.newOffer.notPublished
  return (
    <Banner tone="danger" title={title} ref={ref}>
      {problem && <div>{problem}</div>}
      {others.map((message) => (
        <div key={message}>{message}</div>
      ))}
      <div>
        {nothing}
        {fields.length > 0 && ` ${t.form.goTo} `}
        {fields.map((field, index) => (
          <span key={field}>
            {index > 0 && ', '}
            <button
              type="button"
              className="banner-link"
              onClick={() => document.getElementById(fieldId(field))?.focus()}
            >
              {LABELS[field]}
            </button>
          </span>
        ))}
      </div>
    </Banner>
  )
}
