import { allow, type RouteBinder } from '../../platform/index.ts'
import { mayReadApplications, mayWriteApplications } from './flows.policy.ts'
import type { FlowsService } from './flows.service.ts'

/** Binds the HTTP routes of voice applications. */
export function bindFlowRoutes(bind: RouteBinder, service: FlowsService): void {
  bind('GET /api/applications', async ({ principal }) => {
    allow(mayReadApplications, principal, null, 'see voice applications')
    return { value: await service.views() }
  })
  bind('PUT /api/applications/:applicationId', async ({ input, principal }) => {
    allow(mayWriteApplications, principal, null, 'change voice applications')
    return service.replace(input.params.applicationId, input.body, principal.rawId)
  })
}
