import { hostKind } from './kind'

/** Before it no request may leave: in WordPress they carry a token from then on. Absent where nothing has to be done. */
export const entered =
  hostKind === 'wordpress' ? import('./wordpress').then(({ enterWordPress }) => enterWordPress()) : undefined
