/** The stand-in's memory: people, offers whose codes are made while you watch, a roster connection. */
import type { CodeStatus, Conditions, NewOffer, Offer, Roster, Run, SavedSelection, Store, Totals } from '../src/api/types'
import { seedPeople, type FakePerson } from './people.ts'

export const store: Store = {
  id: 1,
  name: 'Aurora Skincare',
  domain: 'aurora-skincare.myshopify.com',
  platform: 'shopify',
  currency: 'EUR',
  time_zone: 'Europe/Berlin',
  state: 'active',
  capabilities: {
    start_dates: true,
    pause_single_code: false,
    apply_links: true,
    pause_discount: true,
    discount_types: ['percentage', 'fixed_amount', 'free_shipping', 'free_product'],
    amount_decimals: 2,
    percentage_decimals: 2,
    minimum_quantity: true,
    subscriptions: true,
    combining: ['orders', 'products', 'shipping'],
    scopes: ['all', 'products', 'collections'],
    collections_called: 'collections',
    free_product_buys: true,
    comped_shipping: false,
    picker: false,
    missing: {},
  },
}

export const people = seedPeople(12_480)

interface FakeOffer {
  terms: Omit<NewOffer, 'selection' | 'edits' | 'publish'>
  id: number
  createdAt: number
  published: boolean
  ended: boolean
  holders: Map<number, string>
  failing: Set<number>
  stoppedAt: number | null
}

const RATE = 126
export const offers: FakeOffer[] = []

export function addOffer(body: NewOffer, createdAt = Date.now()): FakeOffer {
  const offer: FakeOffer = {
    terms: body,
    id: offers.length + 1,
    createdAt,
    published: body.publish,
    ended: false,
    holders: new Map(),
    failing: new Set(),
    stoppedAt: null,
  }
  if (body.selection) for (const each of selected(body.selection)) give(offer, each, body.edits[String(each.id)])
  offers.push(offer)
  return offer
}

const free = (offer: FakeOffer | undefined, wanted: string) => {
  const taken = new Set(offer?.holders.values())
  let code = wanted
  for (let next = 2; taken.has(code); next++) code = `${wanted}-${next}`
  return code
}

export const codeFor = (person: FakePerson, pattern: string, value: string) =>
  pattern
    .replace('{first_name}', person.latin)
    .replace('{last_name}', person.last_name.toUpperCase().replace(/[^A-Z]/g, ''))
    .replace('{value}', value.replace('.', '-'))
    .replace('{random:4}', (person.id * 7919).toString(36).toUpperCase().slice(0, 4).padEnd(4, 'X'))

export function give(offer: FakeOffer, person: FakePerson, edit?: string): void {
  offer.holders.set(person.id, free(offer, edit ?? codeFor(person, offer.terms.pattern, offer.terms.value)))
  if (person.id % 223 === 8) offer.failing.add(person.id)
}

export function selected({ ids, filter, except_ids: except = [] }: SavedSelection): FakePerson[] {
  if (ids) return people.filter((person) => ids.includes(person.id))
  return filtered(new URLSearchParams(Object.entries(filter ?? {}).map(([k, v]) => [k, String(v)]))).filter(
    (person) => !except.includes(person.id),
  )
}

export function filtered(search: URLSearchParams): FakePerson[] {
  const q = (search.get('q') ?? '').toLowerCase()
  const offer = offers.find((each) => each.id === Number(search.get('offer_id')))
  return people.filter((person) => {
    if (person.archived !== (search.get('archived') === 'true')) return false
    if (search.get('tag') && !person.tags.includes(search.get('tag') ?? '')) return false
    if (search.get('group') && !person.groups.includes(search.get('group') ?? '')) return false
    if (offer && !offer.holders.has(person.id)) return false
    if (search.get('code_status') === 'none' && offers.some((each) => each.holders.has(person.id))) return false
    return !q || `${person.name} ${person.email} ${person.handles[0]?.handle ?? ''}`.toLowerCase().includes(q)
  })
}

/** Codes turn live one after the other, at the pace of a real store. */
export function statusOf(offer: FakeOffer, index: number, personId: number): CodeStatus {
  const done = (((offer.stoppedAt ?? Date.now()) - offer.createdAt) / 1000) * RATE
  if (index >= done + 250) return 'queued'
  if (index >= done) return offer.stoppedAt ? 'queued' : 'creating'
  return offer.failing.has(personId) ? 'failed' : 'live'
}

export function runOf(offer: FakeOffer): Run | null {
  if (!offer.published || offer.holders.size === 0) return null
  const counts = countsOf(offer)
  const rest = counts.queued + counts.creating
  return {
    id: offer.id,
    offer_id: offer.id,
    offer_name: offer.terms.name,
    state: rest === 0 ? 'finished' : offer.stoppedAt ? 'stopped' : 'running',
    stopping: false,
    total: offer.holders.size,
    counts,
    rate: rest > 0 ? RATE : null,
    seconds_left: rest > 0 ? rest / RATE : null,
    trouble: '',
    started_by: 'Ines Albrecht',
    created_at: new Date(offer.createdAt).toISOString(),
    finished_at: rest > 0 ? null : new Date(offer.createdAt + (offer.holders.size / RATE) * 1000).toISOString(),
    failures:
      counts.failed === 0
        ? []
        : [
            { reason: 'taken', text: 'Another discount uses the same code. A retry takes the next free code, such as ZOE15-2.', count: Math.ceil(counts.failed / 2), can_retry: true },
            { reason: 'invalid', text: '“Code is too long”: shorten these codes, then they can be retried.', count: Math.floor(counts.failed / 2), can_retry: false },
          ].filter((failure) => failure.count > 0),
  }
}

export function countsOf(offer: FakeOffer): Record<CodeStatus, number> {
  const counts = { queued: 0, creating: 0, live: 0, failed: 0, disabled: 0, retired: 0 }
  ;[...offer.holders.keys()].forEach((id, index) => counts[statusOf(offer, index, id)]++)
  return counts
}

const euros = (amount: string) => ({ amount, currency: 'EUR' })
export const totals: Totals[] = [
  { currency: 'EUR', redemptions: 5946, gross: euros('248772.50'), discount: euros('41210.10'), refunded: euros('6902.10'), net: euros('241870.40') },
]

export function offerOut(offer: FakeOffer): Offer {
  const { terms } = offer
  return {
    id: offer.id,
    name: terms.name,
    title: terms.title ?? terms.name,
    store_id: store.id,
    store_name: store.name,
    type: terms.type,
    value: terms.value,
    currency: store.currency,
    pattern: terms.pattern,
    starts_at: terms.starts_at ? `${terms.starts_at}:00Z` : new Date(offer.createdAt).toISOString(),
    ends_at: terms.ends_at ? `${terms.ends_at.slice(0, 10)}T22:59:59Z` : null,
    time_zone: store.time_zone,
    uses_per_code: terms.uses_per_code,
    once_per_customer: terms.once_per_customer,
    minimum_subtotal: terms.minimum_subtotal,
    minimum_quantity: terms.minimum_quantity,
    scope: terms.scope,
    combines_with: terms.combines_with,
    applies_to: terms.applies_to,
    purpose: terms.purpose,
    free_product: terms.free_product,
    with_shipping: terms.with_shipping,
    previous_id: null,
    issuing_ended_at: null,
    change: null,
    store_note: '',
    drift: null,
    saved_for: null,
    versions: [],
    state: offer.ended ? 'ended' : offer.published ? 'active' : 'draft',
    approval: null,
    approved_by: null,
    counts: countsOf(offer),
    pool: { total: terms.pool, live: terms.pool },
    people: offer.holders.size,
    totals: offer.createdAt < Date.now() - 3_600_000 ? totals : [],
    run: runOf(offer),
    created_at: new Date(offer.createdAt).toISOString(),
    created_by: 'Ines Albrecht',
  }
}

export const roster: Roster = {
  connected: true,
  kind: 'http',
  name: 'Studio roster',
  base_url: 'https://roster.example.com/api',
  pulled_at: new Date(Date.now() - 600_000).toISOString(),
  pull: { state: 'done', seen: 12480, created: 12, updated: 206, unchanged: 12262, archived: 3, refused: 1, refused_rows: [{ external_id: 'inf-77', reason: 'E-mail: enter an address such as ana@example.com.' }], error: null },
  push: {
    waiting: 0,
    sent: 25_310,
    stuck: 2,
    oldest_waiting_at: null,
    error: null,
    stuck_items: [{ id: 1, type: 'code.live', influencer: 'Łukasz Żółty', error: 'The roster answered 422: unknown person.', attempts: 9 }],
  },
}

const USUAL: Conditions = {
  minimum_quantity: null,
  scope: { kind: 'all', ids: [], titles: [] },
  combines_with: { orders: false, products: false, shipping: false },
  applies_to: 'both',
  purpose: 'audience',
  free_product: null,
  with_shipping: false,
}
const month = 30 * 86_400_000
addOffer(
  { name: 'Winter launch', title: null, store_id: 1, type: 'percentage', value: '15', pattern: '{first_name}{value}', starts_at: null, ends_at: '2026-12-31', uses_per_code: null, once_per_customer: true, minimum_subtotal: '40.00', ...USUAL, selection: { ids: Array.from({ length: 2000 }, (_, index) => index + 1) }, edits: {}, pool: 0, publish: true },
  Date.now() - month,
)
addOffer(
  { name: 'Autumn glow', title: null, store_id: 1, type: 'fixed_amount', value: '10.00', pattern: 'GLOW-{first_name}', starts_at: null, ends_at: null, uses_per_code: 1, once_per_customer: false, minimum_subtotal: null, ...USUAL, selection: { ids: [1, 2, 3] }, edits: {}, pool: 40, publish: true },
  Date.now() - 2 * month,
)
