import type { KnowledgeService } from '../modules/bots/index.ts'
import type { WidgetSettingsStore } from '../modules/conversations/index.ts'
import type { FlowsService } from '../modules/flows/index.ts'
import type { StaffService } from '../modules/identity/index.ts'
import type { QueuesService } from '../modules/queues/index.ts'
import type { RoutingModule } from '../modules/routing/index.ts'
import type { TelephonyModule } from '../modules/telephony/index.ts'
import { seedApplications } from './applications.ts'
import { seedKnowledge } from './knowledge.ts'
import { seedPeople } from './people.ts'
import { seedQueues } from './queues.ts'
import { seedTelephony } from './telephony.ts'

export { seedStarter } from './starter.ts'

/** Fills an empty demo: people, knowledge, queues, menus. What somebody changed stays as they left it. */
export async function seedDemo(deps: {
  staff: StaffService
  knowledge: KnowledgeService
  settings: WidgetSettingsStore
  queues: QueuesService
  routing: Pick<RoutingModule, 'putWrapUpCodes'>
  flows: FlowsService
  telephony: TelephonyModule
}): Promise<void> {
  await seedPeople(deps.staff)
  await seedKnowledge(deps)
  await seedQueues(deps)
  await seedApplications(deps.flows)
  await seedTelephony(deps.telephony, deps.staff)
}
