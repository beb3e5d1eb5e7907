import type { Database, RouteBinder, UnitOfWork } from '../../platform/index.ts'
import type { LiveQueuesPort, QueueStaffPort } from './queues.ports.ts'
import { createQueuesRepository } from './queues.repository.ts'
import { bindQueueRoutes } from './queues.routes.ts'
import { createQueuesService, type QueuesService } from './queues.service.ts'

export { type LocalizedName, type Queue, queueName, toRoutingQueue } from './queue.ts'
export type { LiveQueuesPort, QueueStaffPort } from './queues.ports.ts'
export type { QueuesService } from './queues.service.ts'

/** The front door of queues. */
export type QueuesModule = QueuesService & { register(doors: { bind: RouteBinder }): void }

/** Queues as set up by designers and managers; what happens in them is the routing module's. */
export function createQueuesModule(deps: {
  db: Database
  uow: UnitOfWork
  staff: QueueStaffPort
  live: LiveQueuesPort
}): QueuesModule {
  const service = createQueuesService({ ...deps, repository: createQueuesRepository(deps.db) })
  return { ...service, register: ({ bind }) => bindQueueRoutes(bind, service) }
}
