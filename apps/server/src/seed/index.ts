import type { StaffService } from '../modules/identity/index.ts'
import { seedPeople } from './people.ts'

/** Fills an empty demo: people, queues, menus, knowledge. What somebody changed stays as they left it. */
export async function seedDemo(deps: { staff: StaffService }): Promise<void> {
  await seedPeople(deps.staff)
}
