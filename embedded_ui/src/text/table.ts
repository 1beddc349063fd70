import { table as en } from './en.table'
import { locale } from './locale'

const catalogues: Record<string, typeof en> = { en }

/** The words of the influencer table; see `t` for all others. */
export const tt: typeof en = catalogues[locale.split('-')[0] ?? 'en'] ?? en
