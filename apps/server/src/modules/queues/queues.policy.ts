import { hasRole, type Policy } from '../../platform/index.ts'

/** Every member of staff may see queues: desks show their names and waits. */
export const mayReadQueues: Policy<null> = principal => principal.kind === 'staff'

/** Settings and members are changed by those who run the day or draw the experience. */
export const mayWriteQueues: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'designer', 'manager')
