import type { Locale, Party, StaffRole } from '@guichet/contract'
import { type ConversationId, DomainError, type RawId, type ThreadId, type WorkerId } from '@guichet/domain'

/** Who is asking, after authentication at a door. */
export type VisitorPrincipal = {
  kind: 'visitor'
  rawId: RawId
  party: Party
  conversationId: ConversationId
  threadId: ThreadId
}
export type StaffPrincipal = {
  kind: 'staff'
  rawId: RawId
  party: Party
  workerId: WorkerId
  roles: readonly StaffRole[]
  locale: Locale
}
export type Principal = VisitorPrincipal | StaffPrincipal

/** Thrown when a policy says no. */
export class ForbiddenError extends DomainError {
  constructor(what: string) {
    super('forbidden', `You may not ${what}`)
  }
}

/** Thrown when an object is not there, or not for the asker to know of. */
export class NotFoundError extends DomainError {
  constructor(what: string) {
    super('not-found', `${what} was not found`)
  }
}

/** A policy is a question about a principal and a thing; everything not allowed is denied. */
export type Policy<Thing> = (principal: Principal, thing: Thing) => boolean

/** @throws ForbiddenError `forbidden` when the policy denies. */
export function allow<Thing>(policy: Policy<Thing>, principal: Principal, thing: Thing, what: string): void {
  if (!policy(principal, thing)) throw new ForbiddenError(what)
}

/** Whether a principal is staff with at least one of the roles. */
export function hasRole(principal: Principal, ...roles: StaffRole[]): principal is StaffPrincipal {
  return principal.kind === 'staff' && principal.roles.some(role => roles.includes(role))
}
