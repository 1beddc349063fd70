import { TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { TableView } from '../../api/queries'
import type { FieldName } from '../../api/types'
import { t } from '../../text'
import { tt } from '../../text/table'
import { useOfferChoices } from './useOfferChoices'
import type { Column } from './usePeople'
import { FIELDS, moved, usualFields, withColumns } from './view'

const MOST = 10
/** With more offers than this, one looks for a name rather than down a list. */
const LISTED = 8

interface ColumnsPanelProps {
  view: TableView
  columns: Column[]
  onShow: (view: TableView) => void
}

/** What is shown comes first, in its order; below it what could be. */
export default function ColumnsPanel({ view, columns, onShow }: ColumnsPanelProps) {
  const [words, setWords] = useState('')
  const choices = useOfferChoices(words, columns)
  const names = new Map(choices.map(({ id, name }) => [id, name]))
  const others = choices.filter(({ id }) => !view.columns.includes(id))
  const setFields = (fields: FieldName[]) => onShow({ ...view, fields })
  const setOffers = (offers: number[]) => onShow(withColumns(view, offers))
  const full = view.columns.length >= MOST
  return (
    <div className="columns-panel">
      <div className="muted small strong">{tt.columnsPerson}</div>
      <Chosen items={view.fields} nameOf={(field) => tt.heads[field]} onChange={setFields} last="totals" />
      {FIELDS.filter((field) => !view.fields.includes(field)).map((field) => (
        <Box key={field} name={tt.heads[field]} shown={false} onToggle={() => setFields(added(view.fields, field))} />
      ))}
      <div className="muted small strong" style={{ marginTop: 12 }}>
        {tt.columnsOffers}
      </div>
      <Chosen
        items={view.columns}
        nameOf={(id) => names.get(id) ?? String(id)}
        onChange={setOffers}
        fixed={view.filter.offer_id}
      />
      {(choices.length > LISTED || words !== '') && (
        <TextInput
          my={6}
          aria-label={tt.columnsSearch}
          placeholder={tt.columnsSearch}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {full && <div className="muted small">{tt.columnsFull(MOST)}</div>}
      {!full &&
        others.map(({ id, name }) => (
          <Box key={id} name={name} shown={false} onToggle={() => setOffers([...view.columns, id])} />
        ))}
      {choices.length === 0 && <div className="muted small">{words ? tt.columnsNone : t.influencers.noOffers}</div>}
      <button
        type="button"
        className="text-button"
        style={{ marginTop: 12 }}
        onClick={() => onShow({ ...view, fields: usualFields(view.columns) })}
      >
        {tt.columnsReset}
      </button>
    </div>
  )
}

/** The figures of all offers stand after the fields, wherever they come in the list. */
const added = (fields: FieldName[], field: FieldName): FieldName[] =>
  field === 'totals' ? [...fields, field] : [...fields.filter((each) => each !== 'totals'), field, ...fields.filter((each) => each === 'totals')]

interface ChosenProps<Item> {
  items: Item[]
  nameOf: (item: Item) => string
  onChange: (items: Item[]) => void
  /** Stands at the end and does not move. */
  last?: Item
  /** Is shown as long as the filter names it. */
  fixed?: Item | undefined
}

function Chosen<Item extends string | number>({ items, nameOf, onChange, last, fixed }: ChosenProps<Item>) {
  const movable = items.filter((item) => item !== last)
  const rest = items.filter((item) => item === last)
  return items.map((item) => {
    const name = nameOf(item)
    const place = movable.indexOf(item)
    return (
      <div key={item} className="row" style={{ gap: 0 }}>
        <Box
          name={name}
          shown
          disabled={item === fixed}
          onToggle={() => onChange(items.filter((each) => each !== item))}
        />
        {place >= 0 && movable.length > 1 && (
          <>
            <Move label={tt.moveUp(name)} disabled={place === 0} onMove={() => onChange([...moved(movable, item, -1), ...rest])}>
              <IconChevronUp size={15} aria-hidden />
            </Move>
            <Move
              label={tt.moveDown(name)}
              disabled={place === movable.length - 1}
              onMove={() => onChange([...moved(movable, item, 1), ...rest])}
            >
              <IconChevronDown size={15} aria-hidden />
            </Move>
          </>
        )}
      </div>
    )
  })
}

interface BoxProps {
  name: string
  shown: boolean
  disabled?: boolean
  onToggle: () => void
}

function Box({ name, shown, disabled = false, onToggle }: BoxProps) {
  const id = `column-${name}`
  const toggle = () => {
    onToggle()
    // The box has moved to the other part of the list: the keyboard goes on from there.
    requestAnimationFrame(() => document.getElementById(id)?.focus())
  }
  return (
    <label className="column-choice grow" htmlFor={id}>
      <input id={id} type="checkbox" className="check" checked={shown} disabled={disabled} onChange={toggle} />
      <span className="trunc" title={name}>
        {name}
      </span>
    </label>
  )
}

interface MoveProps {
  label: string
  disabled: boolean
  onMove: () => void
  children: ReactNode
}

function Move({ label, disabled, onMove, children }: MoveProps) {
  return (
    <UnstyledButton className="column-move" aria-label={label} title={label} disabled={disabled} onClick={onMove}>
      {children}
    </UnstyledButton>
  )
}
