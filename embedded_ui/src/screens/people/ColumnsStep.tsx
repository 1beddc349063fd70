import { Button, NativeSelect } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { address, api } from '../../api/client'
import { problemText } from '../../parts/Failed'
import { p } from '../../text/people'
import { assign, canCheck, fieldOf, tellApart } from './columns'
import type { Import } from './imports'

const FIELDS = Object.entries(p.import.fields)
  .filter(([value]) => value !== 'external_id')
  .map(([value, label]) => ({ value, label }))

interface ColumnsStepProps {
  file: Import
  onStarted: (file: Import) => void
  onAnother: () => void
}

export function ColumnsStep({ file, onStarted, onAnother }: ColumnsStepProps) {
  const [mapping, setMapping] = useState(file.mapping)
  const check = useMutation({
    mutationFn: () => api.post<Import>(address(`/influencer-imports/${file.id}/check`), { mapping }),
    onSuccess: onStarted,
  })
  return (
    <div className="stack wide">
      <div className="muted">{p.import.file(file.name || p.import.pasted, file.rows, file.encoding)}</div>
      <NativeSelect
        label={p.import.tells}
        description={p.import.tellsHelp}
        data={[{ value: '', label: p.import.pick }, ...file.columns.map(({ name }, at) => ({ value: String(at), label: name }))]}
        value={mapping.external_id === undefined ? '' : String(mapping.external_id)}
        onChange={({ currentTarget: { value } }) => setMapping(tellApart(mapping, value === '' ? undefined : Number(value)))}
      />
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="file-columns" role="region" aria-label={p.import.columns} tabIndex={0}>
        <table className="table sticky">
          <thead>
            <tr>
              <th scope="col">{p.import.column}</th>
              <th scope="col" className="sample">
                {p.import.examples}
              </th>
              <th scope="col" className="goes">
                {p.import.goesTo}
              </th>
            </tr>
          </thead>
          <tbody>
            {file.columns.map(({ name, sample }, place) => (
              <tr key={place}>
                <th scope="row" className="trunc" title={name}>
                  {name || '–'}
                </th>
                <td className="sample muted trunc" title={sample.join(', ')}>
                  {sample.filter(Boolean).join(', ') || '–'}
                </td>
                <td>
                  <NativeSelect
                    aria-label={p.import.goesToOf(name)}
                    data={[{ value: '', label: place === mapping.external_id ? (p.import.fields.external_id ?? '') : p.import.ignored }, ...FIELDS]}
                    value={fieldOf(mapping, place)}
                    onChange={({ currentTarget: { value } }) => setMapping(assign(mapping, place, value))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="muted small">{p.import.emptyCells}</div>
      {check.error && (
        <div role="alert" style={{ color: 'var(--sc-danger)' }}>
          {problemText(check.error)}
        </div>
      )}
      <div className="row end wrap">
        <Button variant="default" onClick={onAnother}>
          {p.import.another}
        </Button>
        <Button disabled={!canCheck(mapping)} loading={check.isPending} onClick={() => check.mutate()}>
          {p.import.check(file.rows)}
        </Button>
      </div>
    </div>
  )
}
