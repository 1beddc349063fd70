import '../../styles/checkbox'
import '../../styles/modal'
import '../../styles/codes.css'
import { Button, Checkbox, Modal, NativeSelect, SegmentedControl, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { useSession } from '../../session'
import { t } from '../../text'
import { c } from '../../text/codes'
import { DiscountChoice } from './DiscountChoice'
import { FileChoice, type Chosen } from './FileChoice'
import { ImportResult } from './ImportResult'
import type { CodeImport } from './queries'

type Way = 'paste' | 'csv' | 'discount'
const WAYS: Way[] = ['paste', 'csv', 'discount']

/** Codes that the store has already: pasted, from a file, or all of one discount. */
export default function ImportDialog({ onClose }: { onClose: () => void }) {
  useFocusBack()
  const [started, setStarted] = useState<CodeImport | null>(null)
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={c.import.title}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {started ? (
        <ImportResult key={started.id} started={started} onAgain={() => setStarted(null)} onClose={onClose} />
      ) : (
        <ImportForm onStarted={setStarted} onClose={onClose} />
      )}
    </Modal>
  )
}

function ImportForm({ onStarted, onClose }: { onStarted: (started: CodeImport) => void; onClose: () => void }) {
  const { store, stores } = useSession()
  const [storeId, setStoreId] = useState(store.id)
  const [way, setWay] = useState<Way>('paste')
  const [text, setText] = useState('')
  const [file, setFile] = useState<Chosen | null>(null)
  const [discount, setDiscount] = useState('')
  const [keep, setKeep] = useState(false)
  const [empty, setEmpty] = useState(false)
  const content = { paste: text.trim(), csv: file?.text ?? '', discount }[way]
  const start = useMutation({
    mutationFn: () =>
      api.post<CodeImport>(address('/code-imports'), {
        store_id: storeId,
        ...{ paste: { codes: text }, csv: { csv: content }, discount: { remote_id: discount } }[way],
        ...(way !== 'discount' && { keep_missing: keep }),
      }),
    onSuccess: onStarted,
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setEmpty(content === '')
    if (content !== '') start.mutate()
  }
  const choose = (next: string) => {
    setWay(next as Way)
    setEmpty(false)
    start.reset()
  }
  const refused = start.error instanceof ApiError ? start.error.fields : {}
  const fault = empty && content === '' ? c.import.empty[way] : (refused.codes ?? refused.csv)
  return (
    <form noValidate className="stack wide" onSubmit={submit}>
      <div className="muted">{c.import.text}</div>
      {stores.length > 1 && (
        <NativeSelect
          label={c.import.store}
          data={stores.map((each) => ({ value: String(each.id), label: each.name }))}
          value={String(storeId)}
          onChange={(event) => {
            setStoreId(Number(event.currentTarget.value))
            setDiscount('')
          }}
        />
      )}
      <SegmentedControl
        fullWidth
        aria-label={c.import.way}
        data={WAYS.map((value) => ({ value, label: c.import.ways[value] }))}
        value={way}
        onChange={choose}
      />
      {way === 'paste' && (
        <Textarea
          className="code-input"
          label={c.import.paste}
          description={c.import.pasteHelp}
          rows={6}
          value={text}
          spellCheck={false}
          error={fault}
          data-autofocus
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {way === 'csv' && <FileChoice chosen={file} fault={fault} onChoose={setFile} />}
      {way === 'discount' && (
        <DiscountChoice key={storeId} storeId={storeId} chosen={discount} fault={fault} onChoose={setDiscount} />
      )}
      {way !== 'discount' && (
        <Checkbox
          label={c.import.keep}
          description={c.import.keepHelp}
          checked={keep}
          onChange={(event) => setKeep(event.currentTarget.checked)}
        />
      )}
      {start.error && !fault && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(start.error)}
        </div>
      )}
      <div className="row end">
        <Button variant="default" onClick={onClose}>
          {t.actions.cancel}
        </Button>
        <Button type="submit" loading={start.isPending}>
          {c.import.submit}
        </Button>
      </div>
    </form>
  )
}
