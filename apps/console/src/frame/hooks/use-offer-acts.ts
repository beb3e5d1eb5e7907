import type { OfferView } from '@guichet/contract'
import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useFeedback } from '../../app/Feedback.tsx'
import { useServices } from '../../app/ServicesContext.ts'

/** Accepting and declining, from anywhere in the console. */
export const useOfferActs = () => {
  const { live, calls } = useServices()
  const { fail } = useFeedback()
  const navigate = useNavigate()

  const accept = useCallback(
    async (offer: OfferView) => {
      if (live.getState().accepting.includes(offer.id)) return
      try {
        if (offer.channel === 'voice') await calls.accept(offer)
        else await live.accept(offer.id)
        await navigate({
          to: '/desk/$conversationId',
          params: { conversationId: offer.conversationId },
        })
      } catch (error) {
        fail(error)
      }
    },
    [live, calls, fail, navigate],
  )

  const decline = useCallback((offer: OfferView) => void live.decline(offer.id).catch(fail), [live, fail])

  return { accept, decline }
}
