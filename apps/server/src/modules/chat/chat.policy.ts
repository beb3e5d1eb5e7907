import { hasRole, type Policy, type Principal } from '../../platform/index.ts'
import type { ThreadEntry } from './thread.repository.ts'

/** Somebody of the thread; a visitor only within the conversation of their token. */
function isIn(principal: Principal, thread: ThreadEntry): boolean {
  if (principal.kind === 'visitor' && principal.threadId !== thread.id) return false
  return thread.participants.get(principal.rawId)?.left === false
}

/** Who writes: those who are in the thread. */
export const maySend: Policy<ThreadEntry> = isIn

/** Who changes or deletes a message: its sender, while in the thread. */
export const mayChangeMessage: Policy<{ thread: ThreadEntry; senderRawId: string }> = (principal, thing) =>
  isIn(principal, thing.thread) && thing.senderRawId === principal.rawId

/**
 * Who reads: those who are or were in the thread, managers and administrators, and staff who serve the same contact.
 */
export const mayRead: Policy<{ thread: ThreadEntry; servesContact: boolean }> = (principal, thing) => {
  if (principal.kind === 'visitor') return isIn(principal, thing.thread)
  return (
    thing.thread.participants.has(principal.rawId) ||
    hasRole(principal, 'administrator', 'manager') ||
    (hasRole(principal, 'agent', 'expert') && thing.servesContact)
  )
}
