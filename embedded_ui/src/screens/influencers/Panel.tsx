import { Button, Popover } from '@mantine/core'
import { Suspense, useEffect, useRef, useState } from 'react'
import type { PanelButtonProps } from './PanelButton'

export default function Panel({ children, button, label, width, disabled = false, panel }: PanelButtonProps) {
  const [opened, setOpened] = useState(false)
  const target = useRef<HTMLButtonElement>(null)
  const dropdown = useRef<HTMLDivElement>(null)

  // It takes the place of the button that was pressed: the focus goes on from here.
  useEffect(() => {
    target.current?.focus()
    const frame = requestAnimationFrame(() => setOpened(true))
    return () => cancelAnimationFrame(frame)
  }, [])

  const change = (open: boolean) => {
    setOpened(open)
    // Whoever pressed Esc goes on at the button; whoever clicked somewhere else is there already.
    const focused = document.activeElement
    if (!open && (focused === document.body || dropdown.current?.contains(focused))) target.current?.focus()
  }
  return (
    <Popover
      opened={opened}
      onChange={change}
      width={`min(${width}px, calc(100vw - 24px))`}
      position="bottom-end"
      trapFocus
      shadow="md"
    >
      <Popover.Target>
        <Button ref={target} {...button} disabled={disabled} onClick={() => change(!opened)}>
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown ref={dropdown} aria-label={label} p={12} className="panel">
        <Suspense fallback={<div style={{ height: 200 }} />}>
          {opened && <Entered onClose={() => change(false)} panel={panel} />}
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}

/** The focus trap looks once, when there may be nothing yet to take the focus. */
function Entered({ panel, onClose }: { panel: PanelButtonProps['panel']; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (box.current?.contains(document.activeElement)) return
    const first = box.current?.querySelector<HTMLElement>('[data-autofocus], input, button')
    first?.focus({ preventScroll: true })
  }, [])
  return <div ref={box}>{panel(onClose)}</div>
}
