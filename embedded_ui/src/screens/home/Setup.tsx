import { Button } from '@mantine/core'
import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react'
import { Link } from 'react-router'
import type { Home } from '../../api/types'
import { Card } from '../../parts/Card'
import { t } from '../../text'

/** Short, and gone when everything is done. Only the next step has a button. */
export function Setup({ steps }: { steps: Home['setup'] }) {
  const done = steps.filter((step) => step.done).length
  const next = steps.find((step) => !step.done)
  return (
    <Card title={t.home.setup} aside={<span className="muted small">{t.home.setupDone(done, steps.length)}</span>} flush>
      <ul className="list bare" style={{ padding: '8px 0' }}>
        {steps.map((step) => (
          <Step key={step.step} step={step} next={step === next} />
        ))}
      </ul>
    </Card>
  )
}

function Step({ step, next }: { step: Home['setup'][number]; next: boolean }) {
  const [title, help] = t.home.steps[step.step] ?? [step.step, '']
  const Icon = step.done ? IconCircleCheckFilled : IconCircleDashed
  return (
    <li className="row top">
      <Icon
        size={20}
        style={{ flex: 'none', color: step.done ? 'var(--sc-success-solid)' : 'var(--sc-field-border)' }}
        aria-hidden
      />
      <div className="grow">
        <span className="visually-hidden">{step.done ? t.home.stepDone : t.home.stepOpen} </span>
        <span className={next ? 'strong' : step.done ? 'muted' : ''}>{title}</span>
        {next && (
          <>
            {help && <div className="muted small">{help}</div>}
            <Button component={Link} to={step.link} variant="default" size="compact-sm" mt={8}>
              {t.home.start}
              <span className="visually-hidden">: {title}</span>
            </Button>
          </>
        )}
      </div>
    </li>
  )
}
