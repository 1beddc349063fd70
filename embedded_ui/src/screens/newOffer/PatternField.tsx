import { Button, TextInput } from '@mantine/core'
import { useRef } from 'react'
import { CHIPS, insertField } from '../../lib/pattern'
import { Card } from '../../parts/Card'
import { t } from '../../text'
import { fieldId } from './fields'
import type { OfferForm } from './useOfferForm'

/** `spoken`: what the server said about the pattern while the codes were worked out. */
export function PatternField({ form, spoken }: { form: OfferForm; spoken: string | undefined }) {
  const { values, errors, set, leave } = form
  const input = useRef<HTMLInputElement>(null)

  const add = (field: string) => {
    const element = input.current
    if (!element) return
    const { selectionStart, selectionEnd } = element
    const end = values.pattern.length
    const next = insertField(values.pattern, field, selectionStart ?? end, selectionEnd ?? end)
    set('pattern', next.pattern)
    element.focus()
    requestAnimationFrame(() => element.setSelectionRange(next.caret, next.caret))
  }
  return (
    <Card title={t.newOffer.codes}>
      <div className="stack" style={{ gap: 8 }}>
        <TextInput
          ref={input}
          id={fieldId('pattern')}
          className="code-input"
          label={t.newOffer.pattern}
          description={t.newOffer.patternHelp}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          value={values.pattern}
          error={errors.pattern ?? spoken}
          onChange={(event) => set('pattern', event.currentTarget.value)}
          onBlur={() => leave('pattern')}
        />
        <div className="row wrap" style={{ gap: 4 }}>
          <span className="muted small">{t.newOffer.addField}</span>
          {CHIPS.map((field) => (
            <Button
              key={field}
              size="compact-xs"
              variant="default"
              fw={400}
              ff="monospace"
              aria-label={t.newOffer.addFieldNamed(`{${field}}`)}
              onClick={() => add(field)}
            >
              {`{${field}}`}
            </Button>
          ))}
        </div>
      </div>
    </Card>
  )
}
