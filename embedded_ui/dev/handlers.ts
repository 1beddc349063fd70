import type { FieldError, Home, InfluencerRow, NewOffer, PreviewRequest, Redemption, Session, StoreHealth } from '../src/api/types'
import { addOffer, codeFor, countsOf, filtered, give, offerOut, offers, people, roster, runOf, selected, statusOf, store, totals } from './world.ts'
import type { FakePerson } from './people.ts'

export class Refusal extends Error {
  readonly status: number
  readonly errors: FieldError[]

  constructor(status: number, message: string, errors: FieldError[] = []) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

type Handler = (context: { search: URLSearchParams; id: number; action: string; body: unknown }) => unknown

const euros = (amount: number) => ({ amount: amount.toFixed(2), currency: 'EUR' })

export function handle(method: string, url: URL, body: unknown): unknown {
  const [, first = '', second = '', third = ''] = url.pathname.split('/')
  const id = Number(second)
  const route = `${method} ${first}${second ? (Number.isNaN(id) ? `/${second}` : '/:id') : ''}${third ? `/${third}` : ''}`
  const handler = ROUTES[route]
  if (!handler) throw new Refusal(404, `Nothing at ${route}`)
  return handler({ search: url.searchParams, id, action: third, body })
}

const ROUTES: Record<string, Handler> = {
  'GET session': () =>
    ({ workspace: { id: 1, name: 'Aurora', time_zone: 'Europe/Berlin' }, store, stores: [store], user: { id: '1', name: 'Robin Okafor', role: 'manage', can: ['view', 'issue', 'approve', 'manage'] }, locale: 'en' }) satisfies Session,
  'GET home': home,
  'GET stores/:id': () =>
    ({
      ...store,
      scopes: { wanted: ['read_orders', 'write_discounts'], granted: ['read_orders', 'write_discounts'], missing: [] },
      last_delivery_at: new Date(Date.now() - 90_000).toISOString(),
      inbox: { waiting: 0, lag_seconds: 0 },
      reconciled_at: new Date(Date.now() - 400_000).toISOString(),
      missed: 0,
      failed_deliveries: [],
      privacy_requests: [],
      orders_complete_from: '2026-09-22T00:00:00Z',
      open_offers: 2,
      problems: [],
      checked_at: null,
      checks: [],
      admin_url: '',
    }) satisfies StoreHealth,
  'POST stores/:id/reconcile': () => ({ queued: true }),
  'GET influencers': ({ search }) => {
    const columns = search.get('columns') ?? ''
    const found = page(sorted(filtered(search), search.get('sort') ?? ''), search, (person) => row(person, columns))
    return { ...found, columns: offers.map(offerOut).filter(({ id }) => columns.split(',').includes(String(id))) }
  },
  'GET influencers/labels': () => ({ tags: labels('tags'), groups: labels('groups'), stages: [], countries: [] }),
  'GET views': () => ({ items: [] }),
  'POST influencers': ({ body }) => {
    const input = body as { first_name: string; last_name: string; email: string }
    const person = { ...find(1), id: people.length + 1, name: `${input.first_name} ${input.last_name}`, email: input.email, offers: {}, handles: [] }
    people.unshift(person)
    return person
  },
  'GET influencers/:id': ({ id }) => personPage(find(id)),
  'PATCH influencers/:id': ({ id, body }) => personPage(Object.assign(find(id), body)),
  'POST influencers/:id/archive': ({ id }) => Object.assign(find(id), { archived: true }),
  'POST influencers/:id/restore': ({ id }) => Object.assign(find(id), { archived: false }),
  'GET offers': ({ search }) => {
    const q = (search.get('q') ?? '').toLowerCase()
    const items = offers.map(offerOut).reverse().filter((offer) => offer.name.toLowerCase().includes(q) && (!search.get('state') || offer.state === search.get('state')))
    return { items, next_cursor: null, total: items.length }
  },
  'GET offers/:id': ({ id }) => offerOut(offer(id)),
  'POST offers': ({ body }) => create(body as NewOffer),
  'POST offers/:id/publish': ({ id }) => offerOut(Object.assign(offer(id), { published: true, createdAt: Date.now() })),
  'POST offers/:id/end': ({ id }) => offerOut(Object.assign(offer(id), { ended: true })),
  'POST offers/:id/codes': ({ id, body }) => {
    const wanted = selected((body as NewOffer).selection ?? { ids: [] })
    const to = offer(id)
    const skipped = wanted.filter((person) => to.holders.has(person.id)).map((person) => ({ influencer_id: person.id, name: person.name, code: to.holders.get(person.id) }))
    const added = wanted.filter((person) => !to.holders.has(person.id))
    added.forEach((person) => give(to, person))
    to.createdAt = Date.now()
    return { run: runOf(to), added: added.length, skipped }
  },
  'GET offers/:id/codes': ({ id, search }) => {
    const of = offer(id)
    const codes = [...of.holders].map(([person, code], index) => ({
      id: id * 100_000 + person, code, state: statusOf(of, index, person), reason: null,
      message: of.failing.has(person) ? 'Another discount uses the same code.' : null,
      influencer: { id: person, name: find(person).name }, redemptions: person % 7, net: euros((person % 7) * 41.2),
    }))
    return page(codes.filter((code) => !search.get('state') || code.state === search.get('state')), search, (code) => code)
  },
  'POST code-previews': ({ body }) => preview(body as PreviewRequest),
  'POST runs/:id/stop': ({ id }) => runOf(Object.assign(offer(id), { stoppedAt: Date.now() })),
  'POST runs/:id/resume': ({ id }) => {
    const of = offer(id)
    of.createdAt += Date.now() - (of.stoppedAt ?? Date.now())
    of.stoppedAt = null
    return runOf(of)
  },
  'POST runs/:id/retry': ({ id }) => runOf(Object.assign(offer(id), { failing: new Set<number>() })),
  'GET redemptions': () => ({ items: [1, 2, 3, 4].map(redemption), next_cursor: null, total: 4 }),
  'GET redemptions/:id': ({ id }) => redemption(id),
  'GET roster': () => roster,
  'PUT roster': ({ body }) => {
    const { base_url: address } = body as { base_url: string }
    if (!address.startsWith('https://')) throw new Refusal(422, 'Some fields need a change.', [{ field: 'base_url', message: 'Enter an address that starts with https://.' }])
    return Object.assign(roster, { connected: true, base_url: address })
  },
  'POST roster/test': () => ({ ok: true, message: '', name: 'Studio roster', can_read: true, can_write: true, sample: people.slice(0, 3).map((person) => ({ external_id: person.external_id, name: person.name, refused: '' })) }),
  'POST roster/pull': () => roster,
  'POST roster/retry': () => Object.assign(roster.push, { stuck: 0, stuck_items: [] }),
  'DELETE roster': () => Object.assign(roster, { connected: false, base_url: null }),
}

function find(id: number): FakePerson {
  const person = people.find((each) => each.id === id)
  if (!person) throw new Refusal(404, 'There is no such person.')
  return person
}

function offer(id: number) {
  const found = offers.find((each) => each.id === id)
  if (!found) throw new Refusal(404, 'There is no such offer.')
  return found
}

function labels(kind: 'tags' | 'groups') {
  const counts = new Map<string, number>()
  for (const person of people) for (const label of person[kind]) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].map(([label, count]) => ({ label, count }))
}

function page<In, Out>(items: In[], search: URLSearchParams, show: (item: In) => Out) {
  const from = Number(search.get('cursor') ?? 0)
  const to = from + Number(search.get('limit') ?? 50)
  return { items: items.slice(from, to).map(show), next_cursor: to < items.length ? String(to) : null, total: items.length }
}

function sorted(found: FakePerson[], sort: string): FakePerson[] {
  const down = sort.startsWith('-') ? -1 : 1
  const key = sort.replace('-', '')
  const by = (person: FakePerson) => (key === 'name' ? person.name : key === 'added' ? -person.id : person.totals.redemptions)
  return found.toSorted((one, other) => (by(one) < by(other) ? -down : down))
}

function row(person: FakePerson, columns: string): InfluencerRow {
  const cells = columns.split(',').filter(Boolean).flatMap((id) => {
    const of = offer(Number(id))
    const code = of.holders.get(person.id)
    if (!code) return []
    const status = statusOf(of, [...of.holders.keys()].indexOf(person.id), person.id)
    const sold = of.createdAt < Date.now() - 3_600_000 && status === 'live' ? person.totals.redemptions : 0
    return [[id, { status, code, code_id: person.id, tracked: true, redemptions: sold, net: sold ? euros(sold * 41.2) : null, last_order_at: sold ? person.totals.last_order_at : null }] as const]
  })
  return { ...person, offers: Object.fromEntries(cells) }
}

function personPage(person: FakePerson) {
  const codes = offers.filter((of) => of.holders.has(person.id)).map((of) => ({
    id: of.id, code: of.holders.get(person.id), status: 'live', offer: { id: of.id, name: of.terms.name }, since: new Date(of.createdAt).toISOString(),
    until: null, tracked: true, redemptions: person.totals.redemptions, net: euros(person.totals.redemptions * 41.2), message: null,
  }))
  const sold = person.totals.redemptions
  return { ...person, totals: sold ? [{ ...totals[0], redemptions: sold, net: euros(sold * 41.2) }] : [], codes, orders: sold ? [1, 2].map(redemption) : [], preferred_code: '', local_tags: [], roster_fields: [] }
}

function create(body: NewOffer) {
  if (offers.some((each) => each.terms.name.toLowerCase() === body.name.toLowerCase())) {
    throw new Refusal(422, 'Some fields need a change.', [{ field: 'name', message: `An offer called “${body.name}” exists already. Choose another name.` }])
  }
  const made = addOffer(body)
  return { offer: offerOut(made), run: runOf(made), skipped: [] }
}

function preview({ pattern, value, selection, edits, offer_id: offerId }: PreviewRequest) {
  const unknown = /\{(?!first_name|last_name|handle|value|offer|year|seq|random|name|number|letters)[^}]*\}/.exec(pattern)
  const errors = unknown ? [{ field: 'pattern', message: `“${unknown[0]}” is not a field. Did you mean {first_name}?` }] : []
  const holders = offerId ? offer(offerId).holders : new Map<number, string>()
  const all = selected(selection)
  const wanted = all.filter((person) => !holders.has(person.id))
  const taken = new Map<string, string>()
  const items = wanted.slice(0, 50).map((person) => {
    const base = edits[String(person.id)] ?? codeFor(person, pattern, value)
    const other = taken.get(base)
    const code = other ? `${base}-2` : base
    taken.set(base, person.name)
    return { influencer_id: person.id, name: person.name, code, note: other ? `Same name as ${other}, so it gets -2` : null }
  })
  const skipped = all.filter((person) => holders.has(person.id)).map((person) => ({ influencer_id: person.id, name: person.name, code: holders.get(person.id) }))
  return { items: errors.length ? [] : items, total: wanted.length, clashes: items.filter((item) => item.note).length, checked_in_store: items.length, note: null, errors, skipped }
}

function redemption(id: number): Redemption {
  const entry = (number: number, kind: string, gross: number, refunded: number, reason: string, day: string) => ({
    number, kind, gross: euros(gross), discount: euros(number === 1 ? 19.2 : 0), refunded: euros(refunded), reason, happened_at: `2026-11-${day}:00Z`, recorded_at: `2026-11-${day}:02Z`,
  })
  return {
    id, order_name: `#${10480 + id}`, placed_at: '2026-11-12T13:02:00Z', code: 'MARIAJOSE15', influencer: { id: 3, name: "María-José O'Neill" },
    offer: { id: 1, name: 'Winter launch' }, state: id === 4 ? 'cancelled' : 'counted', gross: euros(116.45), discount: euros(20.55), refunded: euros(45.8), net: euros(70.65),
    reason: 'She held MARIAJOSE15 when the order was placed.',
    entries: [
      entry(1, 'sale', 108.8, 0, '3 items, 15 % off with MARIAJOSE15.', '12T13:02'),
      entry(2, 'edit', 7.65, 0, '1 × Lip balm added by your team.', '13T08:31'),
      entry(3, 'refund', 0, 40.8, '1 × Night cream sent back. Shipping was kept.', '17T15:20'),
      entry(4, 'refund', 0, 5, 'Goodwill for late delivery.', '19T07:05'),
    ],
  }
}

function home(): Home {
  const days = Array.from({ length: 30 }, (_, index) => {
    const sold = 120 + Math.round(50 * Math.sin(index / 3)) + index * 3
    return { day: new Date(Date.now() - (29 - index) * 86_400_000).toISOString().slice(0, 10), net: euros(sold * 41.2), redemptions: sold }
  })
  return {
    attention: [
      { kind: 'codes_failed', text: '9 codes failed in Winter launch. 5 already exist in the store, 4 are too long.', link: '/offers/1', count: 9 },
      { kind: 'roster_stuck', text: '2 events cannot be told to your roster: it does not know the person.', link: '/settings/roster', count: 2 },
    ],
    totals,
    days,
    runs: offers.map(runOf).filter((run) => run !== null).reverse(),
    top: people.slice(1, 6).map((person) => ({ influencer_id: person.id, name: person.name, net: euros(person.totals.redemptions * 41.2), redemptions: person.totals.redemptions })),
    setup: [
      { step: 'store', done: true, link: '/stores/1' },
      { step: 'influencers', done: true, link: '/settings/roster' },
      { step: 'offer', done: countsOf(offer(1)).live > 0, link: '/offers/new' },
      { step: 'roster', done: false, link: '/settings/roster' },
    ],
  }
}
