import type { QueueView, UpdateQueue } from '@guichet/contract'
import { DomainError, type QueueId, type RawId, type WorkerId } from '@guichet/domain'
import type { z } from 'zod'
import { NotFoundError, type UnitOfWork } from '../../platform/index.ts'
import type { Queue } from './queue.ts'
import type { LiveQueuesPort, QueueStaffPort } from './queues.ports.ts'
import type { QueuesRepository } from './queues.repository.ts'

/** What other modules and the doors ask of queues. */
export type QueuesService = {
  /** Every queue, in the order of the list. */
  list(): Promise<Queue[]>
  views(): Promise<QueueView[]>
  /** @throws NotFoundError `not-found`; DomainError `invalid-request` for members who are not staff. */
  update(queueId: QueueId, change: z.infer<typeof UpdateQueue>, by: RawId): Promise<QueueView>
  /** Makes or replaces a queue; for seeds. */
  put(queue: Queue): Promise<void>
  /** The queue for a chat about a topic; null when no queue takes chats. */
  forChat(topic: string | null): Promise<Queue | null>
}

/** @see QueuesService */
export function createQueuesService(deps: {
  repository: QueuesRepository
  uow: UnitOfWork
  staff: QueueStaffPort
  live: LiveQueuesPort
}): QueuesService {
  const { repository, uow, staff, live } = deps

  async function present(queues: Queue[]): Promise<QueueView[]> {
    const names = new Map((await staff.list()).map(member => [member.id, member.party.displayName]))
    return queues.map(queue => ({
      id: queue.id,
      name: queue.name,
      routingMethod: queue.routingMethod,
      agentAlertTimeMs: queue.agentAlertTimeMs,
      wrapUpMs: queue.wrapUpMs,
      overflowThreshold: queue.overflowThreshold,
      timeoutMs: queue.timeoutMs,
      presenceRouting: queue.presenceRouting,
      members: queue.memberIds.map(workerId => ({
        workerId,
        displayName: names.get(workerId) ?? '',
        optedIn: live.isOptedIn(queue.id, workerId),
      })),
      live: live.figures(queue.id),
    }))
  }

  return {
    list: () => repository.list(),
    views: async () => present(await repository.list()),
    async update(queueId, { memberIds, ...settings }, by) {
      if (memberIds !== undefined) await checkMembers(memberIds)
      const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
      const changed = await uow.run(async ({ trx, emit }) => {
        const queue = await repository.lock(trx, queueId)
        if (queue === null) throw new NotFoundError('The queue')
        const next: Queue = { ...queue, ...given, memberIds: memberIds ?? queue.memberIds }
        await repository.save(trx, next)
        emit('queue.updated', { queueId, by })
        return next
      })
      return (await present([changed]))[0] as QueueView
    },
    put: queue =>
      uow.run(async ({ trx, emit }) => {
        await repository.save(trx, queue)
        emit('queue.updated', { queueId: queue.id, by: null })
      }),
    async forChat(topic) {
      const queues = (await repository.list()).filter(queue => queue.channels.includes('chat'))
      const words = fold(topic ?? '')
      const claimed = queues.find(queue => queue.chatTopics.some(word => words.includes(fold(word))))
      return claimed ?? queues.find(queue => queue.isDefaultForChat) ?? queues[0] ?? null
    },
  }

  async function checkMembers(memberIds: readonly WorkerId[]): Promise<void> {
    const known = new Set((await staff.list()).map(member => member.id))
    if (memberIds.some(id => !known.has(id)) || new Set(memberIds).size !== memberIds.length) {
      throw new DomainError('invalid-request', 'Members are people who can sign in, each named once')
    }
  }
}

/** Lower case without accents, so that "Fidélité" finds "fidelite". */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
