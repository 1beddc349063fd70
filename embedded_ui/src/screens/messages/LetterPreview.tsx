import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { m } from '../../text/messages'
import type { Preview } from './queries'

/** One letter as it would arrive. Its HTML runs nothing and loads nothing in its frame. */
export function LetterPreview({ letter }: { letter: Preview['items'][number] }) {
  const [as, setAs] = useState('html')
  return (
    <div className="stack">
      <div className="strong" style={{ overflowWrap: 'anywhere' }}>
        {letter.subject}
      </div>
      <SegmentedControl
        aria-label={m.preview}
        data={[
          { value: 'html', label: m.asHtml },
          { value: 'text', label: m.asText },
        ]}
        value={as}
        onChange={setAs}
      />
      {as === 'html' ? (
        <iframe className="letter-frame" title={m.preview} sandbox="" srcDoc={letter.html} />
      ) : (
        <pre className="letter-text">{letter.text}</pre>
      )}
    </div>
  )
}
