import type { AssignmentId, ConversationId } from '@guichet/domain'
import type { HistoryPorts } from '../modules/conversations/index.ts'
import type { RoutingModule } from '../modules/routing/index.ts'

/** Wrap-ups as the history of a contact shows them: what the router stored, with the agent's name. */
export async function wrapUpHistory(
  routing: RoutingModule,
  conversationIds: readonly ConversationId[],
): ReturnType<HistoryPorts['wrapUpsOf']> {
  const history: Awaited<ReturnType<HistoryPorts['wrapUpsOf']>> = new Map()
  for (const stored of await routing.wrapUpsOf(conversationIds)) {
    const id = stored.conversationId as ConversationId
    const worker = routing.directory.workers().find(member => member.id === stored.workerId)
    const entry = {
      assignmentId: stored.assignmentId as AssignmentId,
      agentName: worker?.party.displayName ?? '',
      dispositionCode: stored.dispositionCode,
      note: stored.note,
      at: stored.closedAt.toISOString(),
    }
    history.set(id, [...(history.get(id) ?? []), entry])
  }
  return history
}
