import { offers as en } from './en.offers'
import { locale } from './locale'

type Catalogue = typeof en

const catalogues: Record<string, Catalogue> = { en }

/** The words of the offer's form and page, which come with those screens. */
export const o: Catalogue = catalogues[locale.split('-')[0] ?? 'en'] ?? en
