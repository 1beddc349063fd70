import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { showToast } from '../host/toast'
import { t } from '../text'

interface CodeProps {
  code: string
  /** A code that buyers cannot use (yet) is muted and cannot be copied. */
  live: boolean
  /** Show the copy button without hovering. */
  shown?: boolean
}

export function Code({ code, live, shown = false }: CodeProps) {
  return (
    <span className="code-cell">
      <span className={`mono trunc ${live ? '' : 'muted'}`} title={code}>
        {code}
      </span>
      {live && <CopyButton value={code} shown={shown} />}
    </span>
  )
}

function CopyButton({ value, shown }: { value: string; shown: boolean }) {
  const [done, setDone] = useState(false)

  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), 1500)
    return () => clearTimeout(timer)
  }, [done])

  const copy = async () => {
    await navigator.clipboard.writeText(value)
    setDone(true)
    await showToast(t.copied)
  }
  return (
    <button
      type="button"
      className="copy"
      data-shown={shown || done}
      aria-label={t.actions.copy(value)}
      onClick={() => void copy()}
    >
      {done ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
    </button>
  )
}
