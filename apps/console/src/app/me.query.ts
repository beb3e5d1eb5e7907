import { toProblem } from '@guichet/client'
import type { StaffMember } from '@guichet/contract'
import { type QueryClient, useQuery } from '@tanstack/react-query'
import { http } from './services.ts'

const key = ['me'] as const

/** Who is signed in; null when nobody is. */
export const useMe = () =>
  useQuery<StaffMember | null>({
    queryKey: key,
    queryFn: async () => {
      try {
        return await http.call('GET /api/me')
      } catch (error) {
        if (toProblem(error).code === 'unauthenticated') return null
        throw error
      }
    },
    staleTime: 5 * 60_000,
    retry: (count, error) => count < 3 && toProblem(error).retryable,
  })

/** Puts a newer answer about oneself in place; null signs out on screen. */
export const setMe = (client: QueryClient, me: StaffMember | null) => client.setQueryData(key, me)

/** Asks again who is signed in; null when nobody is. */
export const refreshMe = async (client: QueryClient): Promise<StaffMember | null> => {
  await client.refetchQueries({ queryKey: key })
  return client.getQueryData<StaffMember | null>(key) ?? null
}
