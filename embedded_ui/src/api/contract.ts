import type { components } from './schema'
import type * as codes from '../screens/codes/queries'
import type * as page from './types'

type Api = components['schemas']
/** The API's description says `string` where the page knows the words; the words are checked by the tests of the API. */
type Plain<T> = T extends string ? string : T extends object ? { [K in keyof T]: Plain<T[K]> } : T
type Fits<Page, Answer extends Plain<Page>> = [Page, Answer]

/** What the API says that it answers fits what the page reads. Nothing runs: a difference fails the type check. */
export type Checked = [
  Fits<page.Session, Api['SessionOut']>,
  Fits<page.Home, Api['Home']>,
  Fits<page.PeoplePage, Api['Table']>,
  Fits<{ items: page.SavedView[] }, Api['Views']>,
  Fits<page.PeopleChange, Api['ChangeOut']>,
  Fits<page.Influencer, Api['PersonPage']>,
  Fits<page.Labels, Api['Labels']>,
  Fits<page.Page<page.Offer>, Api['OfferPage']>,
  Fits<page.Offer, Api['OfferOut']>,
  Fits<page.Page<page.OfferCode>, Api['CodePage']>,
  Fits<page.Preview, Api['CodePreviewOut']>,
  Fits<page.Run, Api['RunOut']>,
  Fits<codes.CodeDetail, Api['CodeDetail']>,
  Fits<codes.CodeState, Api['CodeState']>,
  Fits<codes.Changed, Api['CodesChangedOut']>,
  Fits<codes.ShareLink, Api['ShareLinkOut']>,
  Fits<codes.CodeImport, Api['CodeImportOut']>,
  Fits<codes.ImportLine, Api['CodeImportLines.CodeImportLineOut']>,
  Fits<codes.StoreDiscount, Api['FoundDiscounts.FoundDiscount']>,
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
