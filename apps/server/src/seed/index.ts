import type { KnowledgeService } from '../modules/bots/index.ts'
import type { WidgetSettingsStore } from '../modules/conversations/index.ts'
import type { StaffService } from '../modules/identity/index.ts'
import { seedKnowledge } from './knowledge.ts'
import { seedPeople } from './people.ts'

/** Fills an empty demo: people, knowledge, queues, menus. What somebody changed stays as they left it. */
export async function seedDemo(deps: {
  staff: StaffService
  knowledge: KnowledgeService
  settings: WidgetSettingsStore
}): Promise<void> {
  await seedPeople(deps.staff)
  await seedKnowledge(deps)
}
