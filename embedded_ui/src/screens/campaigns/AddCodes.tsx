import '../../styles/modal'
import { Button, Modal, NumberInput, SegmentedControl, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, address, api } from '../../api/client'
import type { AddedCodes, Incentive } from '../../api/campaigns'
import { groupMark } from '../../lib/format'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { FileChoice, type Chosen } from '../codes/FileChoice'
import { campaignsChanged } from './queries'

type How = 'paste' | 'file' | 'make'
const HOW: How[] = ['paste', 'file', 'make']
const NAMED = 20

export default function AddCodes({ incentive, onClose }: { incentive: Incentive; onClose: () => void }) {
  useFocusBack()
  const client = useQueryClient()
  const [how, setHow] = useState<How>(incentive.offer ? 'make' : 'paste')
  const [text, setText] = useState('')
  const [file, setFile] = useState<Chosen | null>(null)
  const [many, setMany] = useState('50')
  const [keep, setKeep] = useState(false)
  const [fault, setFault] = useState<string>()
  const add = useMutation({
    mutationFn: () =>
      api.post<AddedCodes>(
        address(`/incentives/${incentive.id}/codes`),
        how === 'make'
          ? { make: Number(many) }
          : { codes: how === 'file' ? (file?.text ?? '') : text, file: how === 'file', keep_missing: keep },
      ),
    onSuccess: () => campaignsChanged(client),
  })
  const submit = () => {
    const wrong = faultOf(how, text, file, many)
    setFault(wrong)
    if (!wrong) add.mutate()
  }
  const choose = (next: How) => {
    setHow(next)
    setFault(undefined)
    add.reset()
  }
  const fields = add.error instanceof ApiError ? add.error.fields : {}
  const shown = fault ?? fields.codes ?? fields.make ?? fields.pool
  return (
    <Modal
      opened
      onClose={onClose}
      title={add.data ? k.codes.doneTitle(add.data.accepted.length + add.data.taken + add.data.making) : k.codes.title(incentive.name)}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {add.data ? (
        <Answer added={add.data} onClose={onClose} />
      ) : (
        <div className="stack wide">
          <SegmentedControl
            fullWidth
            aria-label={k.codes.how}
            data={HOW.map((value) => ({ value, label: k.codes[value] }))}
            value={how}
            onChange={choose}
          />
          {how === 'paste' && (
            <Textarea
              data-autofocus
              label={k.codes.text}
              description={k.codes.textHelp}
              autosize
              minRows={5}
              maxRows={12}
              classNames={{ input: 'mono' }}
              value={text}
              error={shown}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
          {how === 'file' && <FileChoice chosen={file} fault={shown} onChoose={setFile} />}
          {how === 'make' &&
            (incentive.offer ? (
              <NumberInput
                label={k.codes.number}
                description={k.codes.makeHelp(incentive.offer.pattern)}
                hideControls
                allowNegative={false}
                allowDecimal={false}
                thousandSeparator={groupMark}
                value={many}
                error={shown}
                onValueChange={({ value }) => setMany(value)}
              />
            ) : (
              <div>{k.codes.noOffer}</div>
            ))}
          {how !== 'make' && (
            <label className="keep">
              <input type="checkbox" className="box" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
              <span>
                {k.codes.keep}
                <span className="muted small block">{k.codes.keepHelp}</span>
              </span>
            </label>
          )}
          {add.error && !shown && (
            <div role="alert" style={{ color: 'var(--sc-danger)' }}>
              {problemText(add.error)}
            </div>
          )}
          <div className="row end">
            <Button variant="default" onClick={onClose}>
              {t.actions.cancel}
            </Button>
            <Button loading={add.isPending} disabled={how === 'make' && !incentive.offer} onClick={submit}>
              {how === 'make' ? k.codes.submitMake(Number(many) || 0) : k.codes.submit}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}

function faultOf(how: How, text: string, file: Chosen | null, many: string): string | undefined {
  if (how === 'paste') return text.trim() ? undefined : k.codes.missing
  if (how === 'file') return file ? undefined : k.codes.fileMissing
  const number = Number(many)
  return Number.isInteger(number) && number >= 1 && number <= 100_000 ? undefined : k.codes.numberWrong
}

/** What was accepted, and each text that was refused with the reason. */
function Answer({ added, onClose }: { added: AddedCodes; onClose: () => void }) {
  return (
    <div className="stack wide">
      {added.accepted.length > 0 && <div>{k.codes.accepted}</div>}
      {added.taken + added.making > 0 && <div>{k.codes.taken(added.taken, added.making)}</div>}
      {added.waits && <div className="low-text">{k.codes.waits}</div>}
      {added.refused.length > 0 && (
        <div>
          <div className="strong">{k.codes.refused(added.refused.length)}</div>
          <ul className="terms">
            {added.refused.slice(0, NAMED).map((one, index) => (
              <li key={index}>
                <span className="mono">{one.code.slice(0, 40)}</span> <span className="muted">{one.reason}</span>
              </li>
            ))}
            {added.refused.length > NAMED && <li className="muted">{k.codes.more(added.refused.length - NAMED)}</li>}
          </ul>
        </div>
      )}
      <div className="row end">
        <Button onClick={onClose} data-autofocus>
          {k.codes.done}
        </Button>
      </div>
    </div>
  )
}
