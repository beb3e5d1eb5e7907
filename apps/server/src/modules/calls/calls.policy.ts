import type { ConversationId } from '@guichet/domain'
import { hasRole, type Policy } from '../../platform/index.ts'

/** A visitor calls from their own conversation, and from no other. */
export const mayStartCall: Policy<{ conversationId: ConversationId }> = (principal, { conversationId }) =>
  principal.kind === 'visitor' && principal.conversationId === conversationId

/** Only those who take work have offers to prepare for; that the offer is theirs is checked with it. */
export const mayPrepareCall: Policy<null> = principal =>
  hasRole(principal, 'agent', 'expert', 'manager', 'administrator')

/** Holding is for those who answer; that they are in the call is checked by the call itself. */
export const mayHold: Policy<null> = principal =>
  hasRole(principal, 'agent', 'expert', 'manager', 'administrator')
