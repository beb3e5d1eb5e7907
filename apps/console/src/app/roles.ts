import type { StaffRole } from '@guichet/contract'

export type Area = 'desk' | 'supervise' | 'design' | 'settings'

/** Which roles open which area; the server's policies decide over every act within. */
const doors: Readonly<Record<Area, readonly StaffRole[]>> = {
  desk: ['agent', 'expert'],
  supervise: ['manager', 'administrator'],
  design: ['designer', 'administrator', 'manager'],
  settings: ['administrator', 'designer', 'manager', 'agent', 'expert'],
}

/** Areas that a person with these roles sees, in the order of the rail. */
export const areasOf = (roles: readonly StaffRole[]): Area[] =>
  (Object.keys(doors) as Area[]).filter(area => doors[area].some(role => roles.includes(role)))

const starts: readonly (readonly [StaffRole, string])[] = [
  ['agent', '/desk'],
  ['expert', '/desk'],
  ['manager', '/supervise'],
  ['designer', '/design/knowledge'],
  ['administrator', '/settings/people'],
]

/** Where a person begins: the place of the first role that has work waiting. */
export const startPage = (roles: readonly StaffRole[]): string =>
  starts.find(([role]) => roles.includes(role))?.[1] ?? '/settings/profile'
