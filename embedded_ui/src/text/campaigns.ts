import { campaignWords as en } from './en.campaigns'
import { locale } from './locale'

type Catalogue = typeof en

const catalogues: Record<string, Catalogue> = { en }

/** The words of the campaigns' screens, which come with them. */
export const k: Catalogue = catalogues[locale.split('-')[0] ?? 'en'] ?? en
