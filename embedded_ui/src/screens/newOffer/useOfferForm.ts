import { useCallback, useMemo, useState } from 'react'
import type { Store } from '../../api/types'
import { validate } from './faults'
import { settled, startValues, type Errors, type Field, type Values } from './fields'

/** Choices that other fields follow. */
const LEADING: ReadonlySet<Field> = new Set(['type', 'purpose', 'store_id'])

/** Faults show after a field was left, at each key once they show, and all of them after submitting. */
export function useOfferForm(stores: Store[], first: Store, initial?: Values) {
  const [start] = useState(() => initial ?? startValues(first))
  const [values, setValues] = useState(start)
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set())
  const [submitted, setSubmitted] = useState(false)
  const [refused, setRefused] = useState<Errors>({})
  const [dirty, setDirty] = useState(false)

  const store = stores.find((each) => each.id === values.store_id) ?? first
  const faults = useMemo(() => validate(values, store), [values, store])

  const set = useCallback(
    <Name extends Field>(field: Name, value: Values[Name]) => {
      setValues((now) => {
        const next = { ...now, [field]: value }
        return LEADING.has(field) ? settled(next, stores.find((each) => each.id === next.store_id) ?? first) : next
      })
      setRefused((now) => ({ ...now, [field]: undefined }))
      setDirty(true)
    },
    [stores, first],
  )
  const leave = useCallback((field: Field) => setLeft((now) => (now.has(field) ? now : new Set(now).add(field))), [])

  const errors: Errors = { ...refused }
  for (const field of Object.keys(faults) as Field[]) {
    if (submitted || left.has(field)) errors[field] = faults[field]
  }
  return {
    start,
    values,
    store,
    errors,
    faults,
    dirty,
    submitted,
    set,
    leave,
    submit: () => setSubmitted(true),
    refuse: setRefused,
    touch: () => setDirty(true),
    reset: () => {
      setValues(start)
      setLeft(new Set())
      setSubmitted(false)
      setRefused({})
      setDirty(false)
    },
  }
}

export type OfferForm = ReturnType<typeof useOfferForm>
