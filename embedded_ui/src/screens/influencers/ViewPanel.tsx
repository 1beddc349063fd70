import { Button, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { address, api, ApiError } from '../../api/client'
import type { TableView } from '../../api/queries'
import type { SavedView } from '../../api/types'
import { showToast } from '../../host/toast'
import { problemText } from '../../parts/Failed'
import { t } from '../../text'
import { tt } from '../../text/table'
import { fromSaved, plainView, toContent } from './view'

interface ViewPanelProps {
  view: TableView
  shown: SavedView | undefined
  /** The table shows something else than the saved view. */
  changed: boolean
  onShow: (view: TableView) => void
  onClose: () => void
}

/** Saves what is shown as a view; of a saved one it also changes the name, the content and whether it opens the table. */
export default function ViewPanel({ view, shown, changed, onShow, onClose }: ViewPanelProps) {
  const [asNew, setAsNew] = useState(shown === undefined)
  const [sure, setSure] = useState(false)
  const change = useViewChange((saved) => {
    onClose()
    onShow(saved)
  })
  if (asNew || !shown) return <NewView view={view} change={change} />
  const { id, name, is_default: opens } = shown
  return (
    <div className="stack">
      {changed && (
        <>
          <div className="muted">{tt.viewChanged}</div>
          <div className="row wrap">
            <Button size="compact-sm" onClick={() => change.mutate({ id, body: { content: toContent(view) } })}>
              {tt.viewUpdate}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setAsNew(true)}>
              {tt.viewSaveNew}
            </Button>
          </div>
        </>
      )}
      <Naming
        key={name}
        name={name}
        action={tt.viewRename}
        change={change}
        onSave={(renamed) => change.mutate({ id, body: { name: renamed } })}
      />
      <Opens opens={opens} onChange={(is_default) => change.mutate({ id, body: { is_default } })} />
      {sure ? (
        <div className="row wrap" role="alert">
          <span>{tt.viewDeleteSure(name)}</span>
          <Button size="compact-sm" color="danger.6" onClick={() => change.mutate({ id, gone: name })}>
            {tt.viewDelete}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setSure(false)}>
            {t.actions.cancel}
          </Button>
        </div>
      ) : (
        <div className="row wrap between">
          <button type="button" className="text-button" onClick={() => setSure(true)}>
            {tt.viewDelete}
          </button>
          {!changed && (
            <button type="button" className="text-button" onClick={() => setAsNew(true)}>
              {tt.viewSaveNew}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

function NewView({ view, change }: { view: TableView; change: Change }) {
  const [opens, setOpens] = useState(false)
  return (
    <div className="stack">
      <div className="strong">{tt.newView}</div>
      <div className="muted">{tt.newViewHelp}</div>
      <Naming
        name=""
        action={tt.saveView}
        change={change}
        onSave={(name) => change.mutate({ body: { ...toContent(view), name, is_default: opens } })}
      />
      <Opens opens={opens} onChange={setOpens} />
    </div>
  )
}

interface NamingProps {
  name: string
  action: string
  change: Change
  onSave: (name: string) => void
}

function Naming({ name, action, change, onSave }: NamingProps) {
  const [text, setText] = useState(name)
  const error = change.error
  const fault = error instanceof ApiError ? (error.fields.name ?? problemText(error)) : error && problemText(error)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    onSave(text)
  }
  return (
    <form noValidate className="row end" onSubmit={submit}>
      <TextInput
        className="grow"
        label={tt.viewName}
        placeholder={tt.viewNameHint}
        maxLength={60}
        data-autofocus={name === '' || undefined}
        value={text}
        error={fault}
        onChange={(event) => {
          setText(event.currentTarget.value)
          change.reset()
        }}
      />
      <Button type="submit" variant={name === '' ? 'filled' : 'default'} disabled={text.trim() === name} loading={change.isPending}>
        {action}
      </Button>
    </form>
  )
}

function Opens({ opens, onChange }: { opens: boolean; onChange: (opens: boolean) => void }) {
  return (
    <label className="row" htmlFor="view-opens">
      <input
        id="view-opens"
        type="checkbox"
        className="check"
        checked={opens}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {tt.viewOpens}
    </label>
  )
}

interface Wanted {
  /** Missing for a new one. */
  id?: number
  body?: object
  /** Name of the view to be deleted. */
  gone?: string
}

type Change = ReturnType<typeof useViewChange>

function useViewChange(onDone: (view: TableView) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, body, gone }: Wanted): Promise<SavedView | null> => {
      if (id === undefined) return api.post<SavedView>(address('/views'), body)
      if (gone === undefined) return api.patch<SavedView>(address(`/views/${id}`), body)
      await api.remove(address(`/views/${id}`))
      return null
    },
    onSuccess: async (saved, { body, gone }) => {
      await client.invalidateQueries({ queryKey: ['views'] })
      void showToast(saved ? tt.viewSaved(saved.name) : tt.viewDeleted(gone ?? ''))
      // A new name or the mark of the opening view leave the table as it is.
      if (!saved) onDone(plainView({}, 'all'))
      else if (body && ('filter' in body || 'content' in body)) onDone(fromSaved(saved))
    },
  })
}
