import { Button } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import { Link } from 'react-router'
import { Card } from '../parts/Card'
import { Empty } from '../parts/Empty'
import { Page } from '../parts/Page'
import { t } from '../text'

export default function NotFoundPage() {
  return (
    <Page title={t.failed.notFound}>
      <Card flush>
        <Empty icon={<IconMapQuestion size={28} />} title={t.failed.notFound} text={t.failed.notFoundHelp}>
          <Button component={Link} to="/">
            {t.menu.home}
          </Button>
        </Empty>
      </Card>
    </Page>
  )
}
