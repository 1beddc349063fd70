import { peopleWords as en } from './en.people'
import { locale } from './locale'

type Catalogue = typeof en

const catalogues: Record<string, Catalogue> = { en }

/** The words of imports, merges and erasures, which come with their dialogs. */
export const p: Catalogue = catalogues[locale.split('-')[0] ?? 'en'] ?? en
