import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { address, download } from '../../api/client'
import type { Influencer } from '../../api/types'
import { useMay } from '../../session'
import { t } from '../../text'
import { p } from '../../text/people'

const MergeDialog = lazy(() => import('../people/MergeDialog'))
const EraseDialog = lazy(() => import('../people/EraseDialog'))

/** What is done rarely, and for good. */
export function PersonMenu({ person, onArchive }: { person: Influencer; onArchive: () => void }) {
  const [open, setOpen] = useState<'merge' | 'erase' | null>(null)
  const mayIssue = useMay('issue')
  const mayErase = useMay('manage')
  const orders = useMutation({
    mutationFn: () => download(address('/redemptions.csv', { influencer_id: person.id }), 'redemptions.csv'),
  })
  return (
    <>
      <Menu width={220} position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            {p.person.more}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => orders.mutate()} disabled={person.orders.length === 0}>
            {p.person.exportOrders}
          </Menu.Item>
          {!person.archived && (
            <Menu.Item onClick={onArchive} disabled={!mayIssue} title={mayIssue ? undefined : t.trust.cannot.issue}>
              {t.person.archive}
            </Menu.Item>
          )}
          {!person.erased && (
            <>
              <Menu.Item onClick={() => setOpen('merge')} disabled={!mayIssue} title={mayIssue ? undefined : t.trust.cannot.issue}>
                {p.merge.action}
              </Menu.Item>
              <Menu.Item
                color="danger.7"
                onClick={() => setOpen('erase')}
                disabled={!mayErase}
                title={mayErase ? undefined : t.trust.cannot.manage}
              >
                {p.erase.action}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {open === 'merge' && <MergeDialog person={person} onClose={() => setOpen(null)} />}
        {open === 'erase' && <EraseDialog person={person} onClose={() => setOpen(null)} />}
      </Suspense>
    </>
  )
}
