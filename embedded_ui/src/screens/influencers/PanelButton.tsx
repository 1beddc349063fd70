import { Button, type ButtonProps } from '@mantine/core'
import { lazy, Suspense, useState, type ReactNode } from 'react'

const Panel = lazy(() => import('./Panel'))

export interface PanelButtonProps {
  /** Of the button. */
  children: ReactNode
  button: ButtonProps & { 'aria-label'?: string; title?: string }
  /** Names the panel. */
  label: string
  width: number
  disabled?: boolean
  /** What stands in the panel, made when it is open. */
  panel: (close: () => void) => ReactNode
}

/** A button that opens a panel. The panel's script, and what places it, come with the first press. */
export function PanelButton(props: PanelButtonProps) {
  const [asked, setAsked] = useState(false)
  const bare = (
    <Button {...props.button} disabled={props.disabled ?? false} aria-haspopup="dialog" onClick={() => setAsked(true)}>
      {props.children}
    </Button>
  )
  return asked ? (
    <Suspense fallback={bare}>
      <Panel {...props} />
    </Suspense>
  ) : (
    bare
  )
}
