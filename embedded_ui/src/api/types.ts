/** Shapes of the JSON API. Money amounts and discount values are decimal strings: they are shown, never summed here. */

export interface Money {
  amount: string
  currency: string
}

export interface Page<Item> {
  items: Item[]
  next_cursor: string | null
  total: number
}

export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  code?: string
  errors?: FieldError[] | null
  request_id?: string
}

export interface FieldError {
  field: string
  message: string
}

export type DiscountType = 'percentage' | 'fixed_amount' | 'free_shipping' | 'free_product'
export type CodeStatus = 'queued' | 'creating' | 'live' | 'failed' | 'disabled' | 'retired'
export type OfferState = 'draft' | 'scheduled' | 'active' | 'paused' | 'ended' | 'archived'
export type ScopeKind = 'all' | 'products' | 'collections'
export type Purpose = 'audience' | 'own_use' | 'gift'
export type AppliesTo = 'both' | 'one_time' | 'subscription'

export interface Capabilities {
  start_dates: boolean
  pause_single_code: boolean
  pause_discount: boolean
  apply_links: boolean
  discount_types: DiscountType[]
  amount_decimals: number
  percentage_decimals: number
  minimum_quantity: boolean
  subscriptions: boolean
  /** Parts of CombinesWith; `all` alone: everything or nothing. */
  combining: string[]
  scopes: ScopeKind[]
  collections_called: string
  free_product_buys: boolean
  comped_shipping: boolean
  /** Shopify's own dialog picks products. */
  picker: boolean
  missing: Record<string, string>
}

export interface Store {
  id: number
  name: string
  domain: string
  platform: string
  currency: string
  time_zone: string
  state: string
  capabilities: Capabilities
}

export type Role = 'view' | 'issue' | 'approve' | 'manage'

export interface Session {
  workspace: { id: number; name: string; time_zone: string }
  store: Store
  stores: Store[]
  user: { id: string; name: string; role: Role; can: Role[] }
  locale: string
}

export interface Totals {
  currency: string
  redemptions: number
  gross: Money
  discount: Money
  refunded: Money
  net: Money
}

export interface Failure {
  reason: string
  text: string
  count: number
  can_retry: boolean
}

export interface Run {
  id: number
  offer_id: number
  offer_name: string
  state: 'running' | 'stopped' | 'finished'
  /** Asked to stop; what is on its way to the store is still finished. */
  stopping: boolean
  total: number
  counts: { queued: number; creating: number; live: number; failed: number }
  rate: number | null
  seconds_left: number | null
  trouble: string
  started_by: string
  created_at: string
  finished_at: string | null
  failures: Failure[]
}

export interface Home {
  attention: { kind: string; text: string; link: string; count: number }[]
  totals: Totals[]
  days: { day: string; net: Money; redemptions: number }[]
  runs: Run[]
  top: { influencer_id: number; name: string; net: Money; redemptions: number }[]
  setup: { step: string; done: boolean; link: string }[]
}

export interface StoreHealth extends Store {
  scopes: { wanted: string[]; granted: string[]; missing: string[] }
  last_delivery_at: string | null
  inbox: { waiting: number; lag_seconds: number }
  reconciled_at: string | null
  missed: number | null
  failed_deliveries: { topic: string; delivery_id: string; received_at: string; error: string }[]
  privacy_requests: { topic: string; received_at: string; done_at: string | null; found: string }[]
  orders_complete_from: string | null
  /** WooCommerce only: when the store last said of its health, and what. */
  checked_at: string | null
  checks: { name: string; good: boolean | null; text: string }[]
  admin_url: string
  open_offers: number
  problems: string[]
}

/** A WooCommerce store that is being connected by its own key screen. */
export interface KeyGrant {
  id: number
  store_url: string
  state: string
  message: string
  store_id: number | null
}

export interface Handle {
  platform: string | null
  handle: string | null
  url?: string | null
  followers?: number | null
}

/** Status and code are absent where the person only sold with a code that is theirs no more. */
export interface OfferCell {
  status: CodeStatus | null
  code: string | null
  code_id: number | null
  /** False: the store does not have the code. */
  tracked: boolean | null
  redemptions: number
  net: Money | null
  last_order_at: string | null
}

export interface InfluencerRow {
  id: number
  external_id: string | null
  name: string
  first_name: string
  last_name: string
  email: string
  handles: Handle[]
  tags: string[]
  groups: string[]
  stage: string
  country: string
  archived: boolean
  added_at: string
  totals: { redemptions: number; net: Money[]; last_order_at: string | null }
  offers: Record<string, OfferCell>
}

export interface Influencer extends Omit<InfluencerRow, 'totals' | 'offers' | 'added_at'> {
  totals: Totals[]
  notes: string
  preferred_code: string
  local_tags: string[]
  roster_fields: string[]
  display_name: string
  source: string
  commission_rate: string | null
  /** The person this one turned out to be. */
  merged_into_id: number | null
  erased: boolean
  offers: { offer: { id: number; name: string }; totals: Totals[]; last_order_at: string | null }[]
  /** The last 30, in the store's currency; empty while nothing was sold. */
  days: Home['days']
  duplicates: { id: number; name: string }[]
  codes: PersonCode[]
  orders: RedemptionRow[]
}

export interface PersonCode {
  id: number
  code: string
  status: CodeStatus
  offer: { id: number; name: string }
  since: string | null
  until: string | null
  redemptions: number
  net: Money | null
  message: string | null
  tracked: boolean
}

export interface LabelCount {
  label: string
  count: number
}

export interface Labels {
  tags: LabelCount[]
  groups: LabelCount[]
  stages: LabelCount[]
  countries: LabelCount[]
}

/** What an offer is for; titles as picked, beside their ids. */
export interface OfferScope {
  kind: ScopeKind
  ids: string[]
  titles: string[]
}

export interface CombinesWith {
  orders: boolean
  products: boolean
  shipping: boolean
}

export interface Picked {
  id: string
  title: string
  price: string | null
}

export interface StoreProduct extends Picked {
  image: string | null
}

/** The terms that every discount type shares, as the API takes and gives them. */
export interface Conditions {
  minimum_quantity: number | null
  scope: OfferScope
  combines_with: CombinesWith
  applies_to: AppliesTo
  purpose: Purpose
  free_product: Picked | null
  with_shipping: boolean
}

export interface Offer extends Conditions {
  id: number
  name: string
  title: string
  store_id: number
  store_name: string
  /** `other`: a discount of the store's own whose terms Shoutcode cannot read. */
  type: DiscountType | 'other'
  value: string
  currency: string
  pattern: string
  starts_at: string | null
  ends_at: string | null
  time_zone: string
  uses_per_code: number | null
  once_per_customer: boolean
  minimum_subtotal: string | null
  state: OfferState
  counts: Record<CodeStatus, number>
  pool: { total: number; live: number }
  people: number
  totals: Totals[]
  run: Run | null
  created_at: string
  created_by: string
  approval: { asked_by: string; asked_at: string; reason: string } | null
  approved_by: string | null
  previous_id: number | null
  issuing_ended_at: string | null
  /** What the store has not taken yet. */
  change: { asked_by: string; asked_at: string; trouble: string } | null
  store_note: string
  drift: Drift | null
  /** Of a draft, where one offer is asked for. */
  saved_for: SavedFor | null
  versions: { id: number; name: string; state: OfferState }[]
}

/** How the store's discount differs from the offer, and nobody here asked for it. */
export interface Drift {
  kind: 'changed' | 'deleted'
  at: string
  changes: { field: string; here: string | number | boolean | null; store: string | number | boolean | null }[]
}

export interface SavedFor {
  people: number
  selection: SavedSelection | null
  edits: Record<string, string>
  pool: number
}

export interface SavedSelection {
  ids?: number[] | null
  filter?: { [Name in keyof Filter]?: Filter[Name] | null } | null
  except_ids?: number[]
}

/** What a change of a published offer would do, before it is made. */
export interface Impact {
  store_name: string
  in_store: boolean
  live: number
  coming: number
  pooled: number
  changes: { field: string; before: unknown; after: unknown }[]
  saying_old_value: number
  used_up: number
  approval: string | null
  errors: FieldError[]
}

export interface OfferCode {
  id: number
  code: string
  state: CodeStatus
  reason: string | null
  message: string | null
  /** What the store has yet to be told. */
  due: string
  /** False: kept though the store does not have it. */
  tracked: boolean
  influencer: { id: number; name: string } | null
  redemptions: number
  net: Money | null
}

export interface Filter {
  q?: string
  offer_id?: number
  tag?: string
  group?: string
  code_status?: string
  stage?: string
  country?: string
  activity?: string
  archived?: boolean
}

/** As the API keeps it: what was not chosen is null or empty. */
export type StoredFilter = { [Name in keyof Filter]?: Filter[Name] | null }

/** What a column's head says of its offer; `run` only while codes are being made. */
export type ColumnOffer = Pick<Offer, 'id' | 'name' | 'type' | 'value' | 'currency' | 'run'>

export interface PeoplePage extends Page<InfluencerRow> {
  columns: ColumnOffer[]
}

/** Columns about the person. */
export type FieldName =
  | 'handles' | 'email' | 'tags' | 'groups' | 'stage' | 'country' | 'added' | 'external_id' | 'totals'

export interface SavedView {
  id: number
  name: string
  is_default: boolean
  filter: StoredFilter
  sort: string
  offers: number[]
  fields: FieldName[]
}

/** Many people archived or brought back at once. */
export interface PeopleChange {
  id: number
  kind: 'archive' | 'restore'
  total: number
  done: number
  finished_at: string | null
}

export type SelectionBody = { ids: number[] } | { filter: Filter; except_ids: number[] }

export interface PreviewRequest {
  store_id: number
  pattern: string
  type: Offer['type']
  value: string
  offer_name: string
  selection: SelectionBody | SavedSelection
  edits: Record<string, string>
  whole?: boolean
  skip?: number
  q?: string
  changed?: boolean
  offer_id?: number
}

export interface PreviewItem {
  influencer_id: number
  name: string
  code: string
  /** Why it is not what the pattern says. */
  note: string | null
  /** Why what was typed for them cannot be. */
  fault: string | null
}

export interface Preview {
  items: PreviewItem[]
  /** People who would get a code, of how many of them it is known, and how many the page shown is cut from. */
  total: number
  worked_out: number
  matching: number
  clashes: number
  checked_in_store: number
  /** Where the store was away: what that means. */
  note: string | null
  errors: FieldError[]
  /** With `offer_id`: those who hold a code in it already, the first of `skipped_total`. */
  skipped: Skipped[]
  skipped_total: number
}

/** An offer's terms as they are sent. */
export interface TermsBody extends Conditions {
  name: string
  title: string | null
  type: DiscountType
  value: string
  pattern: string
  starts_at: string | null
  ends_at: string | null
  uses_per_code: number | null
  once_per_customer: boolean
  minimum_subtotal: string | null
}

export interface NewOffer extends TermsBody {
  store_id: number
  selection: SelectionBody | SavedSelection | null
  edits: Record<string, string>
  pool: number
  publish: boolean
}

export interface Skipped {
  influencer_id: number
  name: string
  code: string
}

export interface RedemptionRow {
  id: number
  order_name: string
  placed_at: string
  code: string
  influencer: { id: number; name: string } | null
  offer: { id: number; name: string }
  state: string
  gross: Money
  discount: Money
  refunded: Money
  net: Money
}

export interface Entry {
  number: number
  kind: string
  gross: Money
  discount: Money
  refunded: Money
  reason: string
  happened_at: string
  recorded_at: string
}

export interface Redemption extends RedemptionRow {
  reason: string
  entries: Entry[]
}

export interface Roster {
  connected: boolean
  kind: string | null
  name: string | null
  base_url: string | null
  pulled_at: string | null
  pull: {
    state: 'never' | 'running' | 'done' | 'failed'
    seen: number
    created: number
    updated: number
    unchanged: number
    archived: number
    refused: number
    /** The first of those that did not come in, and why. */
    refused_rows: { external_id: string; reason: string }[]
    error: string | null
  }
  push: {
    waiting: number
    sent: number
    stuck: number
    oldest_waiting_at: string | null
    /** Why the roster takes nothing at present. */
    error: string | null
    stuck_items: { id: number; type: string; influencer: string | null; error: string; attempts: number }[]
  }
}

export interface RosterTest {
  ok: boolean
  message: string
  name: string
  can_read: boolean
  can_write: boolean
  sample: { external_id: string; name: string; refused: string }[]
}

export interface UserAccount {
  id: number
  actor: string
  name: string
  store_name: string
  is_owner: boolean
  role: Role
  is_me: boolean
}

export type Scope = 'read' | 'issue' | 'manage'

export interface ApiKey {
  id: number
  name: string
  prefix: string
  scope: Scope
  created_by: string
  created_at: string
  last_used_at: string | null
  revoked_at: string | null
}

export interface AuditEntry {
  id: number
  at: string
  actor: string
  action: string
  subject: string
  subject_id: number | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  request_id: string
}

export interface ApprovalLimits {
  percentage: string | null
  codes: number | null
}
