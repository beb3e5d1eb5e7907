import type { Conversation, Handling } from '@guichet/contract'
import type { ConversationId, RawId } from '@guichet/domain'
import { NotFoundError, type UnitOfWork, type Work } from '../../platform/index.ts'
import type { ContactsService } from '../contacts/index.ts'
import { presentConversation } from './conversations.presenter.ts'
import type { ConversationRow, ConversationsRepository } from './conversations.repository.ts'

/** Tells everybody who follows a conversation that it changed. */
export type TellConversation = (conversation: Conversation, agents: readonly (RawId | undefined)[]) => void

/** Changes conversations one by one: on the locked row, told after the commit. */
export type ConversationChanges = {
  /** @throws NotFoundError `not-found` */
  row(id: ConversationId): Promise<ConversationRow>
  /** The row, locked until the transaction ends. @throws NotFoundError `not-found` */
  locked(work: Work, id: ConversationId): Promise<ConversationRow>
  present(row: ConversationRow): Promise<Conversation>
  /** Runs a change in a transaction on the locked row; tells the view to those who follow, unless nothing changed. */
  change(
    id: ConversationId,
    action: (work: Work, row: ConversationRow) => Promise<ConversationRow>,
  ): Promise<{ row: ConversationRow; view: Conversation }>
  /** Writes who answers now, and says so when it is somebody of another kind. */
  handle(work: Work, row: ConversationRow, handling: Handling): Promise<ConversationRow>
}

/** @see ConversationChanges */
export function createConversationChanges(deps: {
  repository: ConversationsRepository
  contacts: ContactsService
  uow: UnitOfWork
  tell: TellConversation
}): ConversationChanges {
  const { repository, contacts, uow } = deps

  async function locked(work: Work, id: ConversationId): Promise<ConversationRow> {
    const row = await repository.lock(work.trx, id)
    if (row === undefined) throw new NotFoundError('The conversation')
    return row
  }

  async function present(row: ConversationRow): Promise<Conversation> {
    const contact = await contacts.get(row.contactRawId)
    return presentConversation(row, contact.displayName)
  }

  return {
    async row(id) {
      const row = await repository.find(id)
      if (row === undefined) throw new NotFoundError('The conversation')
      return row
    },
    locked,
    present,

    async change(id, action) {
      const { before, row } = await uow.run(async work => {
        const before = await locked(work, id)
        return { before, row: await action(work, before) }
      })
      const view = await present(row)
      if (row !== before) deps.tell(view, [before.handling.agent?.rawId, row.handling.agent?.rawId])
      return { row, view }
    },

    async handle(work, row, handling) {
      if (JSON.stringify(handling) === JSON.stringify(row.handling)) return row
      if (handling.by !== row.handling.by) {
        work.emit('conversation.handlingChanged', { conversationId: row.id, by: handling.by })
      }
      return repository.update(work.trx, row, { handling })
    },
  }
}
