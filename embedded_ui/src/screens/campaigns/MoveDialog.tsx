import '../../styles/modal'
import { Button, Modal } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import type { Campaign, MembersBody, MovePreview, Moved, Stage } from '../../api/campaigns'
import { showToast } from '../../host/toast'
import { Banner } from '../../parts/Banner'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { campaignsChanged, previewQuery } from './queries'

type Short = 'make' | 'fit'

interface MoveDialogProps {
  campaign: Campaign
  members: MembersBody
  count: number
  to: Stage
  onClose: () => void
  onMoved: () => void
}

/** Says what a move does before it starts: never fewer than asked without the user's pick. */
export default function MoveDialog({ campaign, members, count, to, onClose, onMoved }: MoveDialogProps) {
  useFocusBack()
  const client = useQueryClient()
  const { data: preview, error, isFetching } = useQuery(previewQuery(campaign.id, members, to))
  const [picked, setPicked] = useState<Short | null>(null)
  const [released, setReleased] = useState<'keep' | 'disable'>('keep')
  const makes = preview?.shortages.every((one) => one.can_make) ?? false
  const short = picked ?? (makes ? 'make' : 'fit')
  const move = useMutation({
    mutationFn: (seen: MovePreview) =>
      api.post<Moved>(address(`/campaigns/${campaign.id}/moves`), {
        members,
        to,
        short: seen.missing > 0 ? short : 'none',
        at_least: seen.can_move,
        released,
      }),
    onSuccess: async (done) => {
      onMoved()
      await campaignsChanged(client)
      await showToast(k.move.done(done.moved, done.waiting))
    },
    onError: () => client.invalidateQueries({ queryKey: ['campaigns', campaign.id, 'preview'] }),
  })
  const failure = move.error ?? error
  return (
    <Modal
      opened
      onClose={onClose}
      title={k.move.title(preview?.total ?? count, k.stages[to])}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <div className="stack wide">
        {!preview ? (
          !error && <div className="muted">{k.move.working}</div>
        ) : preview.total === 0 ? (
          <div>{k.move.nobody}</div>
        ) : (
          <>
            {preview.missing > 0 ? (
              <Shortage preview={preview} />
            ) : (
              <div>{preview.given > 0 ? k.move.given(preview.given, campaign.state === 'active') : k.move.noCodes}</div>
            )}
            {preview.returned > 0 && <div>{k.move.returned(preview.returned)}</div>}
            {preview.missing > 0 && <ShortChoice preview={preview} makes={makes} picked={short} onPick={setPicked} />}
            {preview.in_hand > 0 && <InHand count={preview.in_hand} picked={released} onPick={setReleased} />}
          </>
        )}
        {failure && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(failure)}
          </div>
        )}
        <div className="row end wrap">
          <Button variant="default" onClick={onClose} data-autofocus>
            {k.move.cancel}
          </Button>
          {preview && preview.total > 0 && (
            <Button loading={move.isPending} disabled={isFetching} onClick={() => move.mutate(preview)}>
              {actionOf(preview, short)}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  )
}

function actionOf(preview: MovePreview, short: Short): string {
  if (preview.missing === 0) return k.move.submit(preview.total)
  if (short === 'make') return k.move.submitMake(preview.missing, preview.total)
  return preview.can_move > 0 ? k.move.submit(preview.can_move) : k.move.submitWait(preview.total)
}

function Shortage({ preview }: { preview: MovePreview }) {
  const { can_move: fit, total } = preview
  return (
    <>
      <Banner tone="warning" title={preview.text}>
        {preview.shortages.map((one) => (
          <div key={one.incentive_id}>{k.move.each(one.name, one.left)}</div>
        ))}
      </Banner>
      <div>
        <div className="shortage" aria-hidden>
          <span style={{ width: `${(100 * fit) / total}%` }} />
          <span style={{ flex: 1 }} />
        </div>
        <div className="row between muted small figures">
          <span>{k.move.withCode(fit)}</span>
          <span>{k.move.without(total - fit)}</span>
        </div>
      </div>
    </>
  )
}

interface ShortChoiceProps {
  preview: MovePreview
  makes: boolean
  picked: Short
  onPick: (short: Short) => void
}

function ShortChoice({ preview, makes, picked, onPick }: ShortChoiceProps) {
  const { can_move: fit, total, missing, shortages } = preview
  const pattern = shortages.map((one) => one.pattern).join(', ')
  return (
    <fieldset className="choices">
      <legend>{k.move.what}</legend>
      {makes && (
        <Option
          name="short"
          checked={picked === 'make'}
          label={k.move.make(missing, total)}
          help={k.move.makeHelp(pattern, fit)}
          onPick={() => onPick('make')}
        />
      )}
      <Option
        name="short"
        checked={picked === 'fit'}
        label={fit > 0 ? k.move.fit(fit) : k.move.wait(total)}
        help={fit > 0 ? k.move.fitHelp(total - fit) : k.move.waitHelp}
        onPick={() => onPick('fit')}
      />
    </fieldset>
  )
}

interface InHandProps {
  count: number
  picked: 'keep' | 'disable'
  onPick: (picked: 'keep' | 'disable') => void
}

function InHand({ count, picked, onPick }: InHandProps) {
  return (
    <fieldset className="choices">
      <legend>{k.move.inHand(count)}</legend>
      <Option name="hand" checked={picked === 'keep'} label={k.move.keep} onPick={() => onPick('keep')} />
      <Option
        name="hand"
        checked={picked === 'disable'}
        label={k.move.disable}
        help={k.move.disableHelp}
        onPick={() => onPick('disable')}
      />
    </fieldset>
  )
}

interface OptionProps {
  name: string
  checked: boolean
  label: string
  help?: string
  onPick: () => void
}

export function Option({ name, checked, label, help, onPick }: OptionProps) {
  return (
    <label>
      <input type="radio" name={name} checked={checked} onChange={onPick} />
      <span>{label}</span>
      {help && <span className="muted small">{help}</span>}
    </label>
  )
}
