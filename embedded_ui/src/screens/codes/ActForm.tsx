import { Button, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { ApiError } from '../../api/client'
import { problemText } from '../../parts/Failed'
import { t } from '../../text'
import { c } from '../../text/codes'
import { useCodeAct, type Act, type CodeDetail } from './queries'

interface ActFormProps {
  code: CodeDetail
  act: Act
  onBack: () => void
  onDone: (words: string) => Promise<void>
}

/** Says what the act reaches, asks for a new string where there is one, and does it. */
export function ActForm({ code, act, onBack, onDone }: ActFormProps) {
  const words = c[act]
  const typed = act === 'replace' || act === 'edit'
  const [text, setText] = useState(act === 'edit' ? code.code : '')
  const mutation = useCodeAct(code.id, act, (state) => void onDone(words.done(state.code)))
  const refused = mutation.error instanceof ApiError ? mutation.error.fields : {}
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    mutation.mutate(text.trim())
  }
  return (
    <form noValidate className="stack wide" onSubmit={submit}>
      <h3 style={{ margin: 0, fontSize: 14, lineHeight: '20px' }}>{words.title(code.code)}</h3>
      <div>{act === 'enable' ? (code.uses_kept ? c.enable.kept : c.enable.anew) : c[act].text}</div>
      {typed && (
        <TextInput
          className="code-input"
          label={c[act].label}
          description={act === 'replace' ? c.replace.help : undefined}
          value={text}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          error={refused.code}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {mutation.error && !refused.code && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(mutation.error)}
        </div>
      )}
      <div className="row end">
        <Button variant="default" onClick={onBack}>
          {t.actions.cancel}
        </Button>
        <Button type="submit" loading={mutation.isPending} {...(act === 'retire' && { color: 'danger.6' })}>
          {words.action}
        </Button>
      </div>
    </form>
  )
}
