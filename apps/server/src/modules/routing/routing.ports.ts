import type {
  Conversation,
  Handling,
  Locale,
  Party,
  StaffRole,
  SystemNotice,
  Thread,
} from '@guichet/contract'
import type { ConversationId, WorkerId } from '@guichet/domain'

/** A member of staff, as far as routing cares. */
export type RoutingStaffMember = {
  id: WorkerId
  party: Party
  roles: readonly StaffRole[]
  locale: Locale
  disabled: boolean
}

/** Who can sign in. */
export type RoutingStaffPort = { list(): Promise<RoutingStaffMember[]> }

/** What routing tells conversations. */
export type RoutingConversationsPort = {
  view(id: ConversationId): Promise<Conversation>
  setHandling(id: ConversationId, handling: Handling): Promise<Conversation>
  moveInLine(
    places: readonly (Pick<Handling, 'position' | 'expectedWaitMs'> & { id: ConversationId })[],
  ): Promise<void>
  agentJoined(id: ConversationId, agent: Party): Promise<Thread>
  agentLeft(id: ConversationId, agent: Party): Promise<void>
  notice(id: ConversationId, notice: SystemNotice): Promise<void>
  close(id: ConversationId, by: Party | null): Promise<unknown>
}
