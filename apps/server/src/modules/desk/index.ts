import type { Clock, Log, SocketHub } from '../../platform/index.ts'
import type { CallsService } from '../calls/index.ts'
import type { RoutingModule } from '../routing/index.ts'
import { createAssignmentAnnouncer } from './assignment.announcer.ts'
import type { DeskConversationsPort, DeskIceServersPort } from './desk.ports.ts'
import { bindDeskSocket } from './desk.routes.ts'
import { createDeskService } from './desk.service.ts'

export type { DeskConversationsPort, DeskIceServersPort } from './desk.ports.ts'

/** The agent's desk: one door to routing, calls and conversations. */
export function createDeskModule(deps: {
  routing: RoutingModule
  calls: CallsService
  conversations: DeskConversationsPort
  iceServers: DeskIceServersPort
  clock: Clock
  log: Log
}) {
  const desk = createDeskService(deps)
  return {
    register({ hub }: { hub: SocketHub }): void {
      bindDeskSocket(hub, desk, deps.routing)
      deps.routing.onSignal(createAssignmentAnnouncer({ ...deps, hub, desk }))
    },
  }
}

/** The front door of desks. */
export type DeskModule = ReturnType<typeof createDeskModule>
