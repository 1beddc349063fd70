import { lazy, Suspense, type ReactNode } from 'react'

const ConfirmDialog = lazy(() => import('./ConfirmDialog'))

export interface ConfirmProps {
  opened: boolean
  title: string
  /** What it reaches, said before it starts. */
  children: ReactNode
  action: string
  cancel?: string
  risky?: boolean
  busy: boolean
  error?: string | undefined
  onConfirm: () => void
  onClose: () => void
}

/** The dialog's own script comes when somebody first asks for something risky. */
export function Confirm(props: ConfirmProps) {
  return <Suspense fallback={null}>{props.opened && <ConfirmDialog {...props} />}</Suspense>
}
