import type { SocketMethod } from '@guichet/contract'
import {
  allow,
  type Connection,
  ForbiddenError,
  type Policy,
  type SocketHub,
  type StaffPrincipal,
} from '../../platform/index.ts'
import { colleaguesTopic, type RoutingModule } from '../routing/index.ts'
import { mayTakeWork, mayUseDesk } from './desk.policy.ts'
import type { DeskService } from './desk.service.ts'

/** The member of staff behind a connection, if the policy lets them. */
function staffOf({ principal }: Connection, policy: Policy<null>, method: SocketMethod): StaffPrincipal {
  allow(policy, principal, null, `use ${method}`)
  if (principal.kind !== 'staff') throw new ForbiddenError(`use ${method}`)
  return principal
}

/** Binds the socket methods of desks. */
export function bindDeskSocket(hub: SocketHub, desk: DeskService, routing: RoutingModule): void {
  hub.handle('desk.snapshot', (_input, connection) =>
    desk.snapshot(staffOf(connection, mayUseDesk, 'desk.snapshot')),
  )
  hub.handle('colleagues.watch', async (_input, connection) => {
    staffOf(connection, mayUseDesk, 'colleagues.watch')
    // Following begins before reading, so that nothing falls between.
    hub.subscribe(connection, colleaguesTopic)
    await routing.settled()
    return { colleagues: routing.colleagues() }
  })
  hub.handle('presence.set', async ({ presence }, connection) => {
    const { workerId } = staffOf(connection, mayTakeWork, 'presence.set')
    return { worker: await routing.setPresence(workerId, presence) }
  })
  hub.handle('queue.optIn', async ({ queueId, optedIn }, connection) => {
    const { workerId } = staffOf(connection, mayTakeWork, 'queue.optIn')
    return { worker: await routing.setOptIn(workerId, queueId, optedIn) }
  })
  hub.handle('offer.accept', ({ offerId, sdpOffer }, connection) =>
    desk.accept(staffOf(connection, mayTakeWork, 'offer.accept'), {
      offerId,
      sdpOffer,
      tabId: connection.tabId,
    }),
  )
  hub.handle('offer.decline', async ({ offerId }, connection) => {
    await routing.decline(staffOf(connection, mayTakeWork, 'offer.decline').workerId, offerId)
    return {}
  })
  hub.handle('assignment.complete', async ({ assignmentId }, connection) => ({
    assignment: await desk.complete(staffOf(connection, mayTakeWork, 'assignment.complete'), assignmentId),
  }))
  hub.handle('assignment.finishWrapUp', async (input, connection) => ({
    assignment: await desk.finishWrapUp(staffOf(connection, mayTakeWork, 'assignment.finishWrapUp'), input),
  }))
}
