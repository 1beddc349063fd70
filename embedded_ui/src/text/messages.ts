import { messages as en } from './en.messages'
import { locale } from './locale'

type Catalogue = typeof en

const catalogues: Record<string, Catalogue> = { en }

/** The words of messages and own pages, which come with their screens. */
export const m: Catalogue = catalogues[locale.split('-')[0] ?? 'en'] ?? en
