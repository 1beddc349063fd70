import { Button } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import type { Influencer } from '../../api/types'
import { list } from '../../lib/format'
import { Banner } from '../../parts/Banner'
import { Permitted } from '../../parts/Permitted'
import { p } from '../../text/people'

const MergeDialog = lazy(() => import('../people/MergeDialog'))

/** Others with the same e-mail address: shown, not guessed. */
export function Duplicates({ person }: { person: Influencer }) {
  const [open, setOpen] = useState(false)
  const [first] = person.duplicates
  if (!first || person.archived) return null
  return (
    <>
      <Banner
        tone="info"
        title={p.merge.same(list(person.duplicates.map((one) => one.name)))}
        actions={
          <Permitted to="issue">
            <Button variant="default" onClick={() => setOpen(true)}>
              {p.merge.look(first.name)}
            </Button>
          </Permitted>
        }
      >
        {p.merge.sameText}
      </Banner>
      <Suspense fallback={null}>
        {open && <MergeDialog person={person} other={first} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  )
}
