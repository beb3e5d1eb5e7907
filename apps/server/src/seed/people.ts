import type { Locale, StaffRole } from '@guichet/contract'
import type { StaffService } from '../modules/identity/index.ts'

/** Known to everybody: demo mode only ever listens on loopback. */
export const DEMO_PASSWORD = 'demo-guichet'

const people: [name: string, roles: StaffRole[], locale: Locale, displayName: string][] = [
  ['agent1', ['agent'], 'en', 'Camille Durand'],
  ['agent2', ['agent'], 'en', 'Noah Bennett'],
  ['agent3', ['agent'], 'fr', 'Inès Moreau'],
  ['agent4', ['agent'], 'fr', 'Lucas Girard'],
  ['agent5', ['agent'], 'en', 'Priya Nair'],
  ['agent6', ['agent'], 'en', 'Oliver Grant'],
  ['manager', ['manager'], 'en', 'Hélène Roux'],
  ['designer', ['designer'], 'en', 'Tom Keller'],
  ['expert', ['expert'], 'en', 'Dr Sofia Lind'],
  ['admin', ['administrator'], 'en', 'Alex Martin'],
]

/** Makes the demo accounts that are missing; their names and roles stay as somebody changed them. */
export function seedPeople(staff: StaffService): Promise<void> {
  return staff.seed(
    people.map(([name, roles, locale, displayName]) => ({
      email: `${name}@demo.guichet`,
      roles,
      locale,
      displayName,
    })),
    DEMO_PASSWORD,
  )
}
