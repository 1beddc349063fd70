import type { ReactNode } from 'react'
import type { Role } from '../api/types'
import { useMay } from '../session'
import { t } from '../text'

/** Controls that ask for a role: without it they stand disabled, with the reason. The API decides in any case. */
export function Permitted({ to, children }: { to: Role; children: ReactNode }) {
  const may = useMay(to)
  if (may) return children
  return (
    <fieldset disabled className="permitted" title={t.trust.cannot[to]}>
      <legend className="visually-hidden">{t.trust.cannot[to]}</legend>
      {children}
    </fieldset>
  )
}
