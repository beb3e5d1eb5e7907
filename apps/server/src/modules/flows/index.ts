import type { Bus, Clock, Database, RouteBinder, UnitOfWork } from '../../platform/index.ts'
import type { QueuesService } from '../queues/index.ts'
import type { SoundsPort } from './flows.ports.ts'
import { createFlowsRepository } from './flows.repository.ts'
import { bindFlowRoutes } from './flows.routes.ts'
import { createFlowsService, type FlowsService } from './flows.service.ts'

export { ApplicationChangedError, type FlowsService, InvalidFlowError } from './flows.service.ts'

/** The front door of voice applications. */
export type FlowsModule = FlowsService & { register(doors: { bind: RouteBinder }): void }

/** Voice applications as designers draw them, and the runs of callers through them. */
export function createFlowsModule(deps: {
  db: Database
  bus: Bus
  uow: UnitOfWork
  clock: Clock
  queues: Pick<QueuesService, 'list'>
  /** Where absent, any sound that a document names is taken for there. */
  sounds?: SoundsPort
}): FlowsModule {
  const service = createFlowsService({ ...deps, repository: createFlowsRepository(deps.db) })
  deps.bus.on(['application.updated'], service.forget)
  return { ...service, register: ({ bind }) => bindFlowRoutes(bind, service) }
}
