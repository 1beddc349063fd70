import { useEffect, type RefObject } from 'react'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const isBox = (target: EventTarget | null) => target instanceof HTMLInputElement && target.type === 'checkbox'

/** `/` goes to the search field, Esc clears the selection unless something open takes it first. */
export function useTableKeys(search: RefObject<HTMLInputElement | null>, onClear: () => void) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      const busy = typing(event.target) && !isBox(event.target)
      if (event.key === '/' && !busy && search.current) {
        event.preventDefault()
        search.current.focus()
      }
      const open = document.querySelector('[role="dialog"], [role="menu"]')
      if (event.key === 'Escape' && !busy && !open) onClear()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [search, onClear])
}
