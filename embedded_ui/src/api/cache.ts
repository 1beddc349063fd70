import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './client'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchIntervalInBackground: true,
      // A refusal stays a refusal; only silence and faults of the server are worth asking again.
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
})
