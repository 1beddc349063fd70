import { useId } from 'react'
import { m } from '../../text/messages'
import type { Tags } from './queries'

/** Puts a tag where the cursor is. */
export function TagChoices({ tags, onChoose }: { tags: Tags; onChoose: (tag: string) => void }) {
  const heading = useId()
  return (
    <div role="group" aria-labelledby={heading} className="stack tight">
      <div className="muted small" id={heading}>
        {m.tags}
      </div>
      <div className="tag-choices">
        {tags.tags.map((tag) => (
          <button
            key={tag.name}
            type="button"
            className="tag-choice mono"
            title={`${tag.meaning}: ${tag.example}`}
            onClick={() => onChoose(tag.name)}
          >
            {tag.name}
            <span className="visually-hidden">, {tag.meaning}</span>
          </button>
        ))}
      </div>
      <div className="muted small">{m.tagsHelp}</div>
    </div>
  )
}
