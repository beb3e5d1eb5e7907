import { hasRole, type Policy } from '../../platform/index.ts'

/** Trunks, desk phones and what may be called cost money: administrators alone. */
export const mayManageLines: Policy<null> = principal => hasRole(principal, 'administrator')

/** Where a number leads is part of what designers draw. */
export const mayManageNumbers: Policy<null> = principal => hasRole(principal, 'administrator', 'designer')

/** Managers see which numbers reach which queue. */
export const mayReadNumbers: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'designer', 'manager')

/** Whoever may dial may ask first. */
export const mayCheckNumbers: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'manager', 'agent', 'expert')
