/** The host's menu. Shopify draws it from <s-app-nav>; in WordPress the plugin registers the same entries as a submenu. */
import { useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { t } from '../text'
import { frameParent, hostKind, tellParent } from './kind'

export function HostNavigation() {
  const navigate = useNavigate()

  useEffect(() => {
    const follow = (event: Event) => {
      const href = (event.target as HTMLElement | null)?.getAttribute('href')
      if (href) void navigate(href)
    }
    document.addEventListener('shopify:navigate', follow)
    return () => document.removeEventListener('shopify:navigate', follow)
  }, [navigate])

  const { pathname } = useLocation()
  useEffect(() => {
    tellParent?.({ type: 'shoutcode:path', path: pathname })
    tellParent?.({ type: 'shoutcode:top' })
  }, [pathname])

  useEffect(() => {
    const go = ({ origin, source, data }: MessageEvent<{ type?: string; path?: string } | null>) => {
      if (origin !== frameParent || source !== window.parent || data?.type !== 'shoutcode:go') return
      if (typeof data.path === 'string' && /^\/(?!\/)/.test(data.path)) void navigate(data.path)
    }
    window.addEventListener('message', go)
    return () => window.removeEventListener('message', go)
  }, [navigate])

  if (hostKind !== 'shopify') return null
  return (
    <s-app-nav>
      <s-link href="/" rel="home">
        {t.menu.home}
      </s-link>
      <s-link href="/influencers">{t.menu.influencers}</s-link>
      <s-link href="/offers">{t.menu.offers}</s-link>
      <s-link href="/campaigns">{t.menu.campaigns}</s-link>
      <s-link href="/messages">{t.menu.messages}</s-link>
      <s-link href="/settings">{t.menu.settings}</s-link>
    </s-app-nav>
  )
}
