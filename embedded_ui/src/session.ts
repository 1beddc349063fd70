import { createContext, use } from 'react'
import type { Role, Session } from './api/types'

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('useSession outside of a signed-in page')
  return session
}

/** Times without a store of their own are shown in the workspace's zone. */
export const useZone = () => useSession().workspace.time_zone

/** Whether the person's role may do this; the API decides in any case. */
export const useMay = (role: Role) => useSession().user.can.includes(role)
