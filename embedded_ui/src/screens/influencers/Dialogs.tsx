import { lazy, Suspense } from 'react'
import { countOf, type Selection } from '../../lib/selection'

const AddInfluencer = lazy(() => import('./AddInfluencer'))
const ExistingOffer = lazy(() => import('./ExistingOffer'))
const ArchivePeople = lazy(() => import('./ArchivePeople'))

export type Dialog = 'add' | 'existing' | 'archive' | 'restore'

interface DialogsProps {
  dialog: Dialog | null
  selection: Selection
  onClose: () => void
  /** The selected people are not in the table any more. */
  onGone: () => void
  /** People were given this offer. */
  onGiven: (offerId: number) => void
  onNewOffer: () => void
}

/** What opens above the table; each dialog's script comes when it is first opened. */
export function Dialogs({ dialog, selection, onClose, onGone, onGiven, onNewOffer }: DialogsProps) {
  return (
    <Suspense fallback={null}>
      {dialog === 'add' && <AddInfluencer onClose={onClose} />}
      {dialog === 'existing' && (
        <ExistingOffer selection={selection} onClose={onClose} onMade={({ id }) => onGiven(id)} onNewOffer={onNewOffer} />
      )}
      {(dialog === 'archive' || dialog === 'restore') && (
        <ArchivePeople kind={dialog} selection={selection} count={countOf(selection)} onClose={onClose} onDone={onGone} />
      )}
    </Suspense>
  )
}
