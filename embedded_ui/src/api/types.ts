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
export type OfferState = 'draft' | 'scheduled' | 'active' | 'ended' | 'archived'

export interface Capabilities {
  start_dates: boolean
  pause_single_code: boolean
  apply_links: boolean
  discount_types: DiscountType[]
  amount_decimals: number
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
  open_offers: number
  problems: string[]
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
  totals: { redemptions: number; net: Money[]; last_order_at: string | null }
  offers: Record<string, OfferCell>
}

export interface Influencer extends Omit<InfluencerRow, 'totals' | 'offers'> {
  totals: Totals[]
  notes: string
  preferred_code: string
  local_tags: string[]
  roster_fields: string[]
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
}

export interface Labels {
  tags: { label: string; count: number }[]
  groups: { label: string; count: number }[]
}

export interface Offer {
  id: number
  name: string
  title: string
  store_id: number
  store_name: string
  type: DiscountType
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
}

export interface OfferCode {
  id: number
  code: string
  state: CodeStatus
  reason: string | null
  message: string | null
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
  archived?: boolean
}

export type SelectionBody = { ids: number[] } | { filter: Filter; except_ids: number[] }

export interface PreviewRequest {
  store_id: number
  pattern: string
  type: DiscountType
  value: string
  offer_name: string
  selection: SelectionBody
  edits: Record<string, string>
  offer_id?: number
}

export interface PreviewItem {
  influencer_id: number
  name: string
  code: string
  note: string | null
}

export interface Preview {
  items: PreviewItem[]
  total: number
  clashes: number
  checked_in_store: number
  /** Where the store was away: what that means. */
  note: string | null
  errors: FieldError[]
  /** With `offer_id`: those who hold a code in it already. */
  skipped: Skipped[]
}

export interface NewOffer {
  name: string
  title: string | null
  store_id: number
  type: DiscountType
  value: string
  pattern: string
  starts_at: string | null
  ends_at: string | null
  uses_per_code: number | null
  once_per_customer: boolean
  minimum_subtotal: string | null
  selection: SelectionBody | null
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
