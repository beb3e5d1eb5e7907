import { hasRole, type Policy, type StaffPrincipal } from '../../platform/index.ts'

/** Who sees the list of staff: those who give people work, and those who give people roles. */
export const mayListStaff: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'manager', 'designer')

/** Who adds staff, and changes roles and access. */
export const mayManageStaff: Policy<null> = principal => hasRole(principal, 'administrator')

/** Whether a change leaves its author able to undo it: administrators cannot shut themselves out. */
export const mayChangeAccess: Policy<{ workerId: string; staysAdministrator: boolean }> = (
  principal,
  change,
) =>
  mayManageStaff(principal, null) &&
  ((principal as StaffPrincipal).workerId !== change.workerId || change.staysAdministrator)
