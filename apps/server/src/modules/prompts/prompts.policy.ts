import { hasRole, type Policy } from '../../platform/index.ts'

/** Whoever may see how callers are led may hear what they hear. */
export const mayReadPrompts: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'designer', 'manager')

/** Only those who draw the experience may change it. */
export const mayWritePrompts: Policy<null> = principal => hasRole(principal, 'administrator', 'designer')

/** Having words spoken costs time of the machine: for those who write them. */
export const mayPreviewPrompts: Policy<null> = mayWritePrompts
