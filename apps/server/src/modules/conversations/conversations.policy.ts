import { hasRole, type Policy } from '../../platform/index.ts'

/** Who lists every conversation: those who run the day, and administrators. Others see those they are or were in. */
export const mayListAll: Policy<null> = principal => hasRole(principal, 'administrator', 'manager')

/** Who lists the conversations they are or were in. */
export const mayListOwn: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'manager', 'agent', 'expert')

/** Who reads the settings of the widget. */
export const mayReadWidgetSettings: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'designer', 'manager')

/** Who decides where the widget may be shown. */
export const mayWriteWidgetSettings: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'designer')
