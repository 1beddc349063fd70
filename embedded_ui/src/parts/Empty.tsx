import '@mantine/core/styles/EmptyState.layer.css'
import { EmptyState } from '@mantine/core'
import type { ReactNode } from 'react'

interface EmptyProps {
  icon: ReactNode
  title: string
  text?: string
  children?: ReactNode
}

export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div style={{ padding: '48px 16px' }}>
      <EmptyState size="sm" withIndicatorBackground icon={icon} title={title} description={text}>
        {children && <EmptyState.Actions>{children}</EmptyState.Actions>}
      </EmptyState>
    </div>
  )
}
