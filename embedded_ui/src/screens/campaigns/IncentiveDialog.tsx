import '../../styles/modal'
import { Button, Modal, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, address, api } from '../../api/client'
import type { Campaign, Incentive, Purpose, Timing } from '../../api/campaigns'
import { offersQuery } from '../../api/queries'
import { showToast } from '../../host/toast'
import { decimalMark, groupMark } from '../../lib/format'
import { problemText } from '../../parts/Failed'
import { useFocusBack } from '../../parts/useFocusBack'
import { useSession } from '../../session'
import { t } from '../../text'
import { k } from '../../text/campaigns'
import { campaignsChanged } from './queries'
import { ReleaseMessage } from './ReleaseMessage'

const TIMINGS: Timing[] = ['pre_payment', 'post_payment']
const PURPOSES: Purpose[] = ['own_use', 'gift', 'audience']

interface IncentiveDialogProps {
  campaign: Campaign
  incentive: Incentive | undefined
  onClose: () => void
}

export default function IncentiveDialog({ campaign, incentive, onClose }: IncentiveDialogProps) {
  useFocusBack()
  const client = useQueryClient()
  const { store, stores } = useSession()
  const [values, setValues] = useState(() => startOf(incentive, store.id, store.currency))
  const [tried, setTried] = useState(false)
  const active = campaign.state === 'active'
  const offers = useQuery(offersQuery('', ''))
  const choices = (offers.data?.items ?? []).filter(
    (offer) => String(offer.store_id) === values.store && ['active', 'scheduled'].includes(offer.state),
  )
  const set = <Name extends keyof Values>(name: Name, value: Values[Name]) => setValues((held) => ({ ...held, [name]: value }))
  const save = useMutation({
    mutationFn: () => {
      const body = { ...bodyOf(values), confirm: active }
      return incentive
        ? api.patch(address(`/incentives/${incentive.id}`), body)
        : api.post(address(`/campaigns/${campaign.id}/incentives`), { ...body, store_id: Number(values.store) })
    },
    onSuccess: async () => {
      await campaignsChanged(client)
      onClose()
      await showToast(incentive ? k.incentive.saved : k.incentive.created)
    },
  })
  const faults = save.error instanceof ApiError ? save.error.fields : {}
  const missing = tried && !values.name.trim() ? k.incentive.nameMissing : undefined
  const amountFault = (name: 'value' | 'cost') => Object.entries(faults).find(([field]) => field.startsWith(name))?.[1]
  return (
    <Modal
      opened
      size={560}
      onClose={onClose}
      title={incentive ? k.incentive.edit : k.incentive.add}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <form
        className="stack wide"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (values.name.trim()) save.mutate()
        }}
      >
        <TextInput
          data-autofocus
          label={k.incentive.name}
          maxLength={120}
          value={values.name}
          error={missing ?? faults.name}
          onChange={(event) => set('name', event.currentTarget.value)}
        />
        <Textarea
          label={t.form.optional(k.incentive.description)}
          description={k.incentive.descriptionHelp}
          maxLength={2000}
          autosize
          minRows={2}
          maxRows={6}
          value={values.description}
          error={faults.description}
          onChange={(event) => set('description', event.currentTarget.value)}
        />
        <div className="pair">
          <NativeSelect
            label={k.incentive.timing}
            description={k.incentive.timingHelp[values.timing]}
            data={TIMINGS.map((value) => ({ value, label: k.incentive.timings[value] }))}
            value={values.timing}
            error={faults.timing}
            onChange={(event) => set('timing', event.currentTarget.value as Timing)}
          />
          <NativeSelect
            label={k.incentive.purpose}
            description={k.incentive.purposeHelp[values.purpose]}
            data={PURPOSES.map((value) => ({ value, label: k.incentive.purposes[value] }))}
            value={values.purpose}
            onChange={(event) => set('purpose', event.currentTarget.value as Purpose)}
          />
        </div>
        <ReleaseMessage
          incentive={incentive}
          value={values.template}
          error={faults.template_id}
          onChange={(template) => set('template', template)}
        />
        <div className="amounts">
          {(['value', 'cost'] as const).map((name) => (
            <NumberInput
              key={name}
              label={t.form.optional(k.incentive[name])}
              hideControls
              allowNegative={false}
              decimalSeparator={decimalMark}
              thousandSeparator={groupMark}
              valueIsNumericString
              value={values[name]}
              error={amountFault(name)}
              onValueChange={({ value }) => set(name, value)}
            />
          ))}
          <TextInput
            label={k.incentive.currency}
            maxLength={3}
            value={values.currency}
            onChange={(event) => set('currency', event.currentTarget.value.toUpperCase())}
          />
        </div>
        {!incentive && stores.length > 1 && (
          <NativeSelect
            label={k.incentive.store}
            data={stores.map((one) => ({ value: String(one.id), label: one.name }))}
            value={values.store}
            onChange={(event) => setValues((held) => ({ ...held, store: event.currentTarget.value, offer: '' }))}
          />
        )}
        <NativeSelect
          label={k.incentive.offer}
          description={k.incentive.offerHelp}
          data={[
            { value: '', label: k.incentive.noOffer },
            ...choices.map((offer) => ({ value: String(offer.id), label: offer.name })),
            ...(incentive?.offer && !choices.some(({ id }) => id === incentive.offer?.id)
              ? [{ value: String(incentive.offer.id), label: incentive.offer.name }]
              : []),
          ]}
          value={values.offer}
          error={faults.offer_id}
          onChange={(event) => set('offer', event.currentTarget.value)}
        />
        <div className="pair">
          <NumberInput
            label={k.incentive.warnAt}
            hideControls
            allowNegative={false}
            allowDecimal={false}
            thousandSeparator={groupMark}
            value={values.warnAt}
            error={faults.warn_at}
            onValueChange={({ value }) => set('warnAt', value)}
          />
          <NumberInput
            label={k.incentive.topUp}
            description={k.incentive.topUpHelp}
            hideControls
            allowNegative={false}
            allowDecimal={false}
            thousandSeparator={groupMark}
            disabled={!values.offer}
            value={values.offer ? values.topUp : '0'}
            error={faults.top_up}
            onValueChange={({ value }) => set('topUp', value)}
          />
        </div>
        {active && <div className="muted">{k.form.activeAsks}</div>}
        {save.error && Object.keys(faults).length === 0 && (
          <div role="alert" style={{ color: 'var(--sc-danger)' }}>
            {problemText(save.error)}
          </div>
        )}
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {incentive ? (active ? k.form.changeActive : t.actions.save) : k.incentive.create}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

interface Values {
  name: string
  description: string
  timing: Timing
  purpose: Purpose
  value: string
  cost: string
  currency: string
  store: string
  offer: string
  template: string
  warnAt: string
  topUp: string
}

function startOf(incentive: Incentive | undefined, store: number, currency: string): Values {
  return {
    name: incentive?.name ?? '',
    description: incentive?.description ?? '',
    timing: incentive?.timing ?? 'pre_payment',
    purpose: incentive?.purpose ?? 'own_use',
    value: incentive?.value?.amount ?? '',
    cost: incentive?.cost?.amount ?? '',
    currency: incentive?.value?.currency ?? incentive?.cost?.currency ?? currency,
    store: String(incentive?.store_id ?? store),
    offer: incentive?.offer ? String(incentive.offer.id) : '',
    template: String(incentive?.template_id ?? ''),
    warnAt: String(incentive?.warn_at ?? 10),
    topUp: String(incentive?.top_up ?? 0),
  }
}

function bodyOf(values: Values) {
  const amount = (text: string) => (text ? { amount: text, currency: values.currency } : null)
  return {
    name: values.name,
    description: values.description,
    timing: values.timing,
    purpose: values.purpose,
    value: amount(values.value),
    cost: amount(values.cost),
    offer_id: values.offer ? Number(values.offer) : null,
    template_id: values.template ? Number(values.template) : null,
    warn_at: Number(values.warnAt) || 0,
    top_up: values.offer ? Number(values.topUp) || 0 : 0,
  }
}
