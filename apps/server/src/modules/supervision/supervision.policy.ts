import { hasRole, type Policy } from '../../platform/index.ts'

/** Who follows queues and agents live: those who run the day, and administrators. */
export const mayWatch: Policy<null> = principal => hasRole(principal, 'manager', 'administrator')
