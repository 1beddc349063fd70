import { woo as en } from './en.woo'
import { locale } from './locale'

type Catalogue = typeof en

const catalogues: Record<string, Catalogue> = { en }

/** The words of WooCommerce stores, which come with their cards. */
export const w: Catalogue = catalogues[locale.split('-')[0] ?? 'en'] ?? en
