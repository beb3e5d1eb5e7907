import { hasRole, type Policy } from '../../platform/index.ts'

/** Those who draw the experience and those who run the day may see how callers are led. */
export const mayReadApplications: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'designer', 'manager')

/** Only those who draw the experience may change it. */
export const mayWriteApplications: Policy<null> = principal => hasRole(principal, 'administrator', 'designer')
