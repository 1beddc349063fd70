import { en } from './en'
import { locale } from './locale'

/** Another language is one more file of this shape; the compiler names what it lacks. */
export type Catalogue = typeof en

const catalogues: Record<string, Catalogue> = { en }

export const t: Catalogue = catalogues[locale.split('-')[0] ?? 'en'] ?? en
