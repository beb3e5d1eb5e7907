import { useEffect } from 'react'
import { usePreferences, useServices } from '../../app/ServicesContext.ts'

/** Sounds a soft tone for a contact's new message in one's own work, unless it is being looked at. */
export const useMessageSound = (openConversationId: string | undefined) => {
  const { socket, live, sounds } = useServices()
  const [{ messageSound, ringVolume }] = usePreferences()
  useEffect(() => {
    if (!messageSound) return
    return socket.on('message.changed', ({ message }) => {
      const isNew = message.editedOn === null && message.deletedOn === null
      if (!isNew || message.sender?.role !== 'consumer') return
      const work = live
        .getState()
        .assignments.find(assignment => assignment.conversation.threadId === message.threadId)
      const isSeen = work?.conversation.id === openConversationId && document.visibilityState === 'visible'
      if (work?.state === 'active' && !isSeen) sounds.message(ringVolume)
    })
  }, [socket, live, sounds, messageSound, ringVolume, openConversationId])
}
