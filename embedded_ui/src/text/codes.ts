import { codeWords as en } from './en.codes'
import { locale } from './locale'

type Catalogue = typeof en

const catalogues: Record<string, Catalogue> = { en }

/** The words of codes' own dialogs, which come with them. */
export const c: Catalogue = catalogues[locale.split('-')[0] ?? 'en'] ?? en
