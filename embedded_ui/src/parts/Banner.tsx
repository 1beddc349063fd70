import { IconAlertCircle, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode, Ref } from 'react'

const ICONS = {
  warning: IconAlertTriangle,
  danger: IconAlertCircle,
  info: IconInfoCircle,
  success: IconCircleCheck,
}

interface BannerProps {
  tone: keyof typeof ICONS
  title: string
  actions?: ReactNode
  children?: ReactNode
  ref?: Ref<HTMLDivElement>
}

export function Banner({ tone, title, actions, children, ref }: BannerProps) {
  const Icon = ICONS[tone]
  return (
    <div className="banner" data-tone={tone} role={tone === 'danger' ? 'alert' : 'status'} tabIndex={-1} ref={ref}>
      <Icon size={18} aria-hidden />
      <div className="grow">
        <div className="strong">{title}</div>
        {children}
      </div>
      {actions && <div className="row wrap">{actions}</div>}
    </div>
  )
}
