import type { CallId } from '@guichet/domain'
import { allow, ForbiddenError, type SocketHub } from '../../platform/index.ts'
import { mayHold, mayPrepareCall, mayStartCall } from './calls.policy.ts'
import type { CallsService } from './calls.service.ts'

/** Binds the socket methods of calls; a call itself lets nobody act in it who does not take part. */
export function bindCallSocket(hub: SocketHub, calls: CallsService): void {
  hub.handle('call.start', async ({ conversationId, applicationId, sdpOffer }, { principal, tabId }) => {
    allow(mayStartCall, principal, { conversationId }, 'call from this conversation')
    if (principal.kind !== 'visitor') throw new ForbiddenError('start a call')
    return calls.startCall({ party: principal.party, tabId, conversationId, applicationId, sdpOffer })
  })
  hub.handle('call.prepare', async ({ offerId, sdpOffer }, { principal, tabId }) => {
    allow(mayPrepareCall, principal, null, 'prepare for a call')
    if (principal.kind !== 'staff') throw new ForbiddenError('prepare for a call')
    const { workerId, rawId } = principal
    return calls.prepare({ offerId, workerId, rawId, tabId, sdpOffer })
  })
  hub.handle('call.rejoin', async ({ callId, sdpOffer }, { principal, tabId }) =>
    calls.rejoin(callId, principal.rawId, tabId, sdpOffer),
  )
  hub.handle('call.tone', async ({ callId, tone }, { principal }) => {
    await calls.tone(callId, principal.rawId, tone)
    return {}
  })
  hub.handle('call.mute', async ({ callId, muted }, { principal }) => {
    await calls.setMuted(callId, principal.rawId, muted)
    return {}
  })
  hub.handle('call.picture', async ({ callId, camera, screen }, { principal }) => {
    await calls.setPicture(callId, principal.rawId, { camera, screen })
    return {}
  })
  hub.handle('call.hangUp', async ({ callId }, { principal }) => {
    await calls.hangUp(callId, principal.rawId)
    return {}
  })
  const bindHold = (method: 'call.hold' | 'call.resume', held: boolean) =>
    hub.handle(method, async ({ callId }: { callId: CallId }, { principal }) => {
      allow(mayHold, principal, null, 'hold a call')
      await calls.setHeld(callId, principal.rawId, held)
      return {}
    })
  bindHold('call.hold', true)
  bindHold('call.resume', false)
}
