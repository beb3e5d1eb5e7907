import { hasRole, type Policy } from '../../platform/index.ts'

/** Everybody who works with contacts, or watches over those who do, has a desk. */
export const mayUseDesk: Policy<null> = principal =>
  hasRole(principal, 'agent', 'expert', 'manager', 'administrator', 'designer')

/** Only those who take work say when they are there for it. */
export const mayTakeWork: Policy<null> = principal =>
  hasRole(principal, 'agent', 'expert', 'manager', 'administrator')
