import type { AuditEntry } from '../../api/types'
import { dateTime, list } from '../../lib/format'
import { useZone } from '../../session'
import { t } from '../../text'

export function AuditRows({ entries, names }: { entries: AuditEntry[]; names: Map<string, string> }) {
  const zone = useZone()
  return (
    <ul className="list">
      {entries.map((entry) => (
        <li key={entry.id} className="stack tight">
          <div className="row wrap">
            <span className="strong grow">
              {words(entry.action)}
              {entry.subject !== '' && (
                <span className="muted">
                  {' '}
                  · {t.trust.subjects[entry.subject] ?? entry.subject} {entry.subject_id}
                </span>
              )}
            </span>
            <span className="muted small">
              <bdi>{names.get(entry.actor) ?? entry.actor}</bdi> · {dateTime(entry.at, zone)}
            </span>
          </div>
          <Change entry={entry} />
        </li>
      ))}
    </ul>
  )
}

/** "end_offer" as people say it. */
const words = (action: string) => action.charAt(0).toUpperCase() + action.slice(1).replaceAll('_', ' ')

function Change({ entry: { before, after } }: { entry: AuditEntry }) {
  const fields = Object.keys({ ...before, ...after }).filter((name) => shown(before?.[name]) || shown(after?.[name]))
  if (fields.length === 0) return null
  return (
    <div className="small muted">
      {fields.map((name) => (
        <div key={name} style={{ overflowWrap: 'anywhere' }}>
          {words(name)}: {before && <>{text(before[name])} → </>}
          <span style={{ color: 'var(--sc-text)' }}>{text(after?.[name])}</span>
        </div>
      ))}
    </div>
  )
}

const shown = (value: unknown) =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)

function text(value: unknown): string {
  if (!shown(value)) return t.none
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return list(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
