import type { StaffRole } from '@guichet/contract'
import { type Area, areasOf } from '../../app/roles.ts'
import type { TextKey } from '../../i18n/catalogue.ts'

type Page = { path: string; name: TextKey; area: Area; roles?: readonly StaffRole[] }

const designers = ['designer', 'administrator'] as const

/** Every page that has an address of its own, by area. */
const pages = [
  { path: '/desk', name: 'nav.desk', area: 'desk' },
  { path: '/supervise', name: 'nav.supervise', area: 'supervise' },
  { path: '/design/knowledge', name: 'nav.knowledge', area: 'design', roles: designers },
  { path: '/design/queues', name: 'nav.queues', area: 'design' },
  { path: '/design/applications', name: 'nav.applications', area: 'design', roles: designers },
  { path: '/design/prompts', name: 'nav.prompts', area: 'design' },
  { path: '/design/widget', name: 'nav.widget', area: 'design', roles: designers },
  { path: '/settings/profile', name: 'nav.profile', area: 'settings' },
  { path: '/settings/people', name: 'nav.people', area: 'settings', roles: ['administrator'] },
] as const satisfies readonly Page[]

export type PagePath = (typeof pages)[number]['path']

/** Pages that a person with these roles may open, within one area or all. */
export const pagesOf = (roles: readonly StaffRole[], area?: Area): (typeof pages)[number][] => {
  const areas = areasOf(roles)
  return pages.filter(
    page =>
      areas.includes(page.area) &&
      (area === undefined || page.area === area) &&
      (!('roles' in page) || (page.roles as readonly StaffRole[]).some(role => roles.includes(role))),
  )
}

/** The area that an address lies in; null outside of all. */
export const areaOfPath = (path: string): Area | null => {
  const first = path.split('/')[1]
  return (['desk', 'supervise', 'design', 'settings'] as const).find(area => area === first) ?? null
}
