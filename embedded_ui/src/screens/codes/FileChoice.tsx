import { useId, useRef, useState } from 'react'
import { Button } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { int } from '../../lib/format'
import { c } from '../../text/codes'

export interface Chosen {
  name: string
  size: number
  text: string
}

const MOST = 2_000_000

/** A file as spreadsheets write it: UTF-8, UTF-16 with its mark, or the Windows letters of Western Europe. */
export function decode(bytes: ArrayBuffer): string {
  const start = new Uint8Array(bytes.slice(0, 2))
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

interface FileChoiceProps {
  chosen: Chosen | null
  fault: string | undefined
  onChoose: (chosen: Chosen | null) => void
}

export function FileChoice({ chosen, fault, onChoose }: FileChoiceProps) {
  const input = useRef<HTMLInputElement>(null)
  const label = useId()
  const [tooBig, setTooBig] = useState(false)
  const read = async (file: File | undefined) => {
    setTooBig(file !== undefined && file.size > MOST)
    if (!file || file.size > MOST) onChoose(null)
    else onChoose({ name: file.name, size: file.size, text: decode(await file.arrayBuffer()) })
  }
  const wrong = tooBig ? c.import.tooBig : fault
  return (
    <div className="stack tight">
      <div className="strong" id={label}>
        {c.import.file}
      </div>
      <div className="muted small">{c.import.fileHelp}</div>
      <div className="row wrap">
        <input
          ref={input}
          type="file"
          accept=".csv,.txt,.tsv,text/csv"
          className="visually-hidden"
          aria-labelledby={label}
          tabIndex={-1}
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
        <Button
          variant="default"
          leftSection={<IconUpload size={15} aria-hidden />}
          onClick={() => input.current?.click()}
        >
          {c.import.choose}
        </Button>
        {chosen && <span>{c.import.chosen(chosen.name, `${int(Math.max(1, Math.round(chosen.size / 1000)))} kB`)}</span>}
      </div>
      {wrong && (
        <div role="alert" className="small strong" style={{ color: 'var(--sc-danger)' }}>
          {wrong}
        </div>
      )}
    </div>
  )
}
