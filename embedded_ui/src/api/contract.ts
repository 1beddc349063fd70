import type { components } from './schema'
import type * as page from './types'

type Api = components['schemas']
/** The API's description says `string` where the page knows the words; the words are checked by the tests of the API. */
type Plain<T> = T extends string ? string : T extends object ? { [K in keyof T]: Plain<T[K]> } : T
type Fits<Page, Answer extends Plain<Page>> = [Page, Answer]

/** What the API says that it answers fits what the page reads. Nothing runs: a difference fails the type check. */
export type Checked = [
  Fits<page.Session, Api['SessionOut']>,
  Fits<page.Home, Api['Home']>,
  Fits<page.Page<page.InfluencerRow>, Api['Table']>,
  Fits<page.Influencer, Api['PersonPage']>,
  Fits<page.Labels, Api['Labels']>,
  Fits<page.Page<page.Offer>, Api['OfferPage']>,
  Fits<page.Offer, Api['OfferOut']>,
  Fits<page.Page<page.OfferCode>, Api['CodePage']>,
  Fits<page.Preview, Api['PreviewOut']>,
  Fits<page.Run, Api['RunOut']>,
  Fits<page.Page<page.RedemptionRow>, Api['Redemptions']>,
  Fits<page.Redemption, Api['RedemptionDetail']>,
  Fits<page.StoreHealth, Api['StoreHealthOut']>,
  Fits<page.Roster, Api['RosterOut']>,
  Fits<page.RosterTest, Api['TrialOut']>,
  Fits<page.UserAccount, Api['UserAccount']>,
  Fits<page.ApiKey, Api['KeyOut']>,
  Fits<page.AuditEntry, Api['AuditPage.AuditOut']>,
  Fits<page.ApprovalLimits, Api['Limits']>,
  Fits<page.Problem, Api['Problem']>,
]
