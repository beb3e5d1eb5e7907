import type { PromptSound } from '@guichet/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useServices } from '../../../app/ServicesContext.ts'

const key = ['prompts'] as const

/** Sounds of the library, by name. */
export const useSounds = () => {
  const { http } = useServices()
  return useQuery({ queryKey: key, queryFn: () => http.call('GET /api/prompts') })
}

/** Asks for the library again. */
export const useReloadSounds = (): (() => Promise<void>) => {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: key })
}

/** Where a sound is heard; another address after each replacement, so that no browser plays the one before. */
export const soundAddress = ({ id, uploadedAt }: Pick<PromptSound, 'id' | 'uploadedAt'>): string =>
  `/api/prompts/${id}/sound?of=${encodeURIComponent(uploadedAt)}`
