import './start'
import './styles/mantine'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/controls.css'
import './styles/parts.css'
import './styles/table.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { ready } from './firstPage'
import { entered } from './host/enter'

/** No top-level await: the screens import from this script, so they would wait for it and it for them. */
async function draw(): Promise<void> {
  await entered
  await ready()
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}

void draw()
