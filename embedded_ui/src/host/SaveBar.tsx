/** The host's bar for unsaved work. Shopify shows its own above the frame; in WordPress ours sticks to the page's top. */
import { Button } from '@mantine/core'
import { useEffect, useId } from 'react'
import { t } from '../text'
import { appBridge, hostKind } from './kind'

interface SaveBarProps {
  open: boolean
  saveLabel: string
  saving: boolean
  onSave: () => void
  onDiscard: () => void
}

export function SaveBar(props: SaveBarProps) {
  return hostKind === 'shopify' ? <ShopifySaveBar {...props} /> : <OwnSaveBar {...props} />
}

function ShopifySaveBar({ open, saveLabel, saving, onSave, onDiscard }: SaveBarProps) {
  const id = `save-bar-${useId().replace(/\W/g, '')}`

  useEffect(() => {
    const bar = appBridge?.saveBar
    if (!bar || !open) return
    void bar.show(id)
    return () => void bar.hide(id)
  }, [id, open])

  return (
    <ui-save-bar id={id}>
      <button type="button" onClick={onSave} disabled={saving} variant="primary" {...(saving && { loading: '' })}>
        {saveLabel}
      </button>
      <button type="button" onClick={onDiscard}>
        {t.actions.discard}
      </button>
    </ui-save-bar>
  )
}

function OwnSaveBar({ open, saveLabel, saving, onSave, onDiscard }: SaveBarProps) {
  if (!open) return null
  return (
    <div className="own-save-bar" role="region" aria-label={t.form.unsaved}>
      <span className="strong grow">{t.form.unsaved}</span>
      <Button variant="default" onClick={onDiscard}>
        {t.actions.discard}
      </Button>
      <Button variant="default" onClick={onSave} loading={saving}>
        {saveLabel}
      </Button>
    </div>
  )
}

/** Asks before unsaved work is left by a link of our own; links of the host ask by themselves. */
export async function mayLeave(): Promise<boolean> {
  try {
    await appBridge?.saveBar.leaveConfirmation()
    return true
  } catch {
    return false // App Bridge rejects when the person stays.
  }
}
