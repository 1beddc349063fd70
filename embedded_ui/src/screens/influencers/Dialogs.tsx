import { lazy, Suspense } from 'react'
import { countOf, toBody, type Selection } from '../../lib/selection'

const AddInfluencer = lazy(() => import('./AddInfluencer'))
const ExistingOffer = lazy(() => import('./ExistingOffer'))
const ArchivePeople = lazy(() => import('./ArchivePeople'))
const ImportDialog = lazy(() => import('../people/ImportDialog'))
const SendDialog = lazy(() => import('../messages/SendDialog'))
const AddToCampaign = lazy(() => import('../campaigns/AddToCampaign'))

export type Dialog = 'add' | 'import' | 'existing' | 'send' | 'campaign' | 'archive' | 'restore'

interface DialogsProps {
  dialog: Dialog | null
  selection: Selection
  /** The offer whose codes are looked at, if it is one. */
  offerId: number | undefined
  onClose: () => void
  /** The selected people are not in the table any more. */
  onGone: () => void
  /** People were given this offer. */
  onGiven: (offerId: number) => void
  onNewOffer: () => void
}

/** What opens above the table; each dialog's script comes when it is first opened. */
export function Dialogs({ dialog, selection, offerId, onClose, onGone, onGiven, onNewOffer }: DialogsProps) {
  return (
    <Suspense fallback={null}>
      {dialog === 'add' && <AddInfluencer onClose={onClose} />}
      {dialog === 'import' && <ImportDialog onClose={onClose} />}
      {dialog === 'send' && (
        <SendDialog selection={toBody(selection)} count={countOf(selection)} offerId={offerId} onClose={onClose} />
      )}
      {dialog === 'campaign' && <AddToCampaign selection={selection} count={countOf(selection)} onClose={onClose} />}
      {dialog === 'existing' && (
        <ExistingOffer selection={selection} onClose={onClose} onMade={({ id }) => onGiven(id)} onNewOffer={onNewOffer} />
      )}
      {(dialog === 'archive' || dialog === 'restore') && (
        <ArchivePeople kind={dialog} selection={selection} count={countOf(selection)} onClose={onClose} onDone={onGone} />
      )}
    </Suspense>
  )
}
