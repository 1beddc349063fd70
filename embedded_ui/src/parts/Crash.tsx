import { Component, type ReactNode } from 'react'
import { Failed } from './Failed'

/** A fault in one screen must not leave an empty frame. */
export class Crash extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    if (!this.state.error) return this.props.children
    return (
      <main className="page">
        <Failed error={this.state.error} />
      </main>
    )
  }
}
