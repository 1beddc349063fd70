import 'react'
import type { DetailedHTMLProps, HTMLAttributes } from 'react'

type Plain = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      's-app-nav': Plain
      's-link': Plain & { href: string; rel?: 'home' }
      'ui-save-bar': Plain
    }
  }
}
