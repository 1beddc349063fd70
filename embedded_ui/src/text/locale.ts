/** The person's language as the host says it, with the region their browser adds: `en` becomes `en-GB` there. */
export function pickLocale(fromHost: string | null, fromBrowser: readonly string[]): string {
  if (!fromHost) return fromBrowser[0] ?? 'en'
  const close = fromBrowser.find((tag) => tag.toLowerCase().startsWith(fromHost.toLowerCase()))
  const wanted = close ?? fromHost
  try {
    return Intl.getCanonicalLocales(wanted)[0] ?? 'en'
  } catch {
    return 'en' // Not a language tag.
  }
}

export const locale = pickLocale(new URLSearchParams(window.location.search).get('locale'), navigator.languages)
