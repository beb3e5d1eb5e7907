import { allow, type RouteBinder } from '../../platform/index.ts'
import { mayReadQueues, mayWriteQueues } from './queues.policy.ts'
import type { QueuesService } from './queues.service.ts'

/** Binds the HTTP routes of queues. */
export function bindQueueRoutes(bind: RouteBinder, service: QueuesService): void {
  bind('GET /api/queues', async ({ principal }) => {
    allow(mayReadQueues, principal, null, 'see queues')
    return { value: await service.views() }
  })
  bind('PATCH /api/queues/:queueId', async ({ input, principal }) => {
    allow(mayWriteQueues, principal, null, 'change queues')
    return service.update(input.params.queueId, input.body, principal.rawId)
  })
}
