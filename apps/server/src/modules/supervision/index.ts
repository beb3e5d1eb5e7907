import { allow, type SocketHub } from '../../platform/index.ts'
import type { QueuesService } from '../queues/index.ts'
import type { RoutingService } from '../routing/index.ts'
import { mayWatch } from './supervision.policy.ts'

/** The topic that live views listen to; routing tells it of queues and workers. */
const TOPIC = 'supervision'

/** Live views of queues and agents. */
export function createSupervisionModule(deps: {
  queues: Pick<QueuesService, 'views'>
  routing: Pick<RoutingService, 'workerViews' | 'settled'>
}) {
  return {
    register({ hub }: { hub: SocketHub }): void {
      hub.handle('supervision.watch', async (_input, connection) => {
        allow(mayWatch, connection.principal, null, 'watch queues')
        hub.subscribe(connection, TOPIC)
        await deps.routing.settled()
        return { queues: await deps.queues.views(), workers: deps.routing.workerViews() }
      })
    },
  }
}

/** The front door of live views. */
export type SupervisionModule = ReturnType<typeof createSupervisionModule>
