/** Shapes of the API's answers about campaigns. */
import type { components } from './schema'
import type { Money, Page } from './types'

export type Stage = 'invited' | 'confirmed' | 'pre_payment' | 'content' | 'post_payment' | 'done' | 'dropped'
export type Timing = 'pre_payment' | 'post_payment'
export type Purpose = 'own_use' | 'gift' | 'audience'
export type CampaignState = 'draft' | 'active' | 'ended'
export type CodePlace = 'released' | 'held' | 'waiting' | 'none'

export const STAGES: Stage[] = ['invited', 'confirmed', 'pre_payment', 'content', 'post_payment', 'done']

export interface CampaignFields {
  id: number
  name: string
  state: CampaignState
  starts_on: string | null
  ends_on: string | null
  notes: string
  created_at: string
  activated_at: string | null
  ended_at: string | null
  stages: Record<string, number>
  members: number
  waiting: number
}

export interface CampaignItem extends CampaignFields {
  low_pools: { incentive_id: number; name: string; left: number }[]
}

export interface Pool {
  left: number
  coming: number
  held: number
  released: number
  broken: number
  total: number
  days_left: number | null
  low: boolean
}

export interface Incentive {
  id: number
  campaign_id: number
  store_id: number
  store_name: string
  name: string
  description: string
  timing: Timing
  purpose: Purpose
  value: Money | null
  cost: Money | null
  warn_at: number
  top_up: number
  owed: number
  template_id: number | null
  pool: Pool
  offer: { id: number; name: string; pattern: string; state: string; waits_for_approval: boolean } | null
  last_import: {
    id: number
    state: string
    total: number
    counts: { waiting: number; linked: number; kept: number; refused: number }
    trouble: string
  } | null
}

export interface Campaign extends CampaignFields {
  incentives: Incentive[]
}

export interface MemberCode {
  incentive_id: number
  incentive: string
  code_id: number
  code: string
  state: string
  released: boolean
  tracked: boolean
  assigned_at: string | null
  fulfilled_at: string | null
}

export interface Member {
  id: number
  influencer: { id: number; name: string; handle: string }
  external_id: string | null
  email: string
  stage: Stage
  stage_at: string
  waits_for: Stage | null
  waits_since: string | null
  added_at: string
  codes: MemberCode[]
}

export interface MemberDetail extends Member {
  campaign_id: number
  history: { from_stage: Stage | null; to_stage: Stage; at: string; by: string }[]
}

export interface Board {
  columns: { stage: Stage; count: number; items: Member[] }[]
}

export interface MovePreview {
  total: number
  can_move: number
  unchanged: number
  given: number
  returned: number
  in_hand: number
  missing: number
  text: string
  shortages: {
    incentive_id: number
    name: string
    needed: number
    left: number
    missing: number
    can_make: boolean
    pattern: string | null
  }[]
}

export interface Moved {
  moved: number
  waiting: number
  unchanged: number
  given: number
  returned: number
  disabled: number
  making: number
}

export interface AddedCodes {
  accepted: string[]
  refused: { code: string; reason: string }[]
  import_id: number | null
  taken: number
  making: number
  waits: boolean
}

export interface Result {
  released: number
  value: Money[]
  cost: Money[]
  net: Money[]
  orders: number
  new_customers: number
  own_orders: number
  own_discount: Money[]
  returns: { currency: string; ratio: string }[]
}

export interface Results {
  campaign: Result
  incentives: (Result & { incentive_id: number; name: string })[]
}

export interface CreatorResult extends Result {
  member_id: number
  influencer: { id: number; name: string }
  external_id: string | null
}

export interface MemberFilter {
  q?: string
  stage?: Stage
  code?: CodePlace
  incentive_id?: number
}

export type MembersBody = { ids: number[] } | { filter: MemberFilter; except_ids: number[] }

type Api = components['schemas']
type Plain<T> = T extends string ? string : T extends object ? { [K in keyof T]: Plain<T[K]> } : T
type Fits<Ours, Answer extends Plain<Ours>> = [Ours, Answer]

/** As in contract.ts: a difference to the API's description fails the type check. */
export type Checked = [
  Fits<Page<CampaignItem>, Api['CampaignsOut']>,
  Fits<Campaign, Api['CampaignOut']>,
  Fits<Page<Member>, Api['MembersOut']>,
  Fits<MemberDetail, Api['MemberDetail']>,
  Fits<Board, Api['BoardOut']>,
  Fits<MovePreview, Api['MovePreview']>,
  Fits<Moved, Api['MovedMembers']>,
  Fits<AddedCodes, Api['AddedCodes']>,
  Fits<Results, Api['ResultsOut']>,
  Fits<Page<CreatorResult>, Api['CreatorsOut']>,
]
