import type { Locale, Party } from '@guichet/contract'
import type { QueueId, WorkerId } from '@guichet/domain'
import { communicationUser } from '../../platform/index.ts'
import { type Queue, type QueuesService, queueName } from '../queues/index.ts'
import type { RoutingStaffMember, RoutingStaffPort } from './routing.ports.ts'

/** People and queues by id, kept in memory because every offer names them. */
export type RoutingDirectory = {
  refresh(): Promise<void>
  queues(): readonly Queue[]
  queue(queueId: string): Queue | undefined
  queueName(queueId: string, locale: Locale): string
  member(workerId: string): RoutingStaffMember | undefined
  party(workerId: string): Party
  localeOf(workerId: string): Locale
  /** Everybody who takes work: agents, experts and members of queues; nobody who may not sign in. */
  workers(): RoutingStaffMember[]
}

/** @see RoutingDirectory */
export function createRoutingDirectory(deps: {
  queues: Pick<QueuesService, 'list'>
  staff: RoutingStaffPort
}): RoutingDirectory {
  let queues = new Map<string, Queue>()
  let staff = new Map<string, RoutingStaffMember>()
  return {
    async refresh() {
      const [allQueues, everybody] = await Promise.all([deps.queues.list(), deps.staff.list()])
      queues = new Map(allQueues.map(queue => [queue.id, queue]))
      staff = new Map(everybody.map(member => [member.id, member]))
    },
    queues: () => [...queues.values()],
    queue: queueId => queues.get(queueId as QueueId),
    queueName(queueId, locale) {
      const queue = queues.get(queueId)
      return queue === undefined ? '' : queueName(queue, locale)
    },
    member: workerId => staff.get(workerId as WorkerId),
    party: workerId =>
      staff.get(workerId)?.party ?? {
        rawId: communicationUser(workerId),
        displayName: '',
        role: 'agent',
      },
    localeOf: workerId => staff.get(workerId)?.locale ?? 'en',
    workers() {
      const members = new Set([...queues.values()].flatMap(queue => queue.memberIds as string[]))
      return [...staff.values()].filter(
        member =>
          !member.disabled &&
          (members.has(member.id) || member.roles.some(role => role === 'agent' || role === 'expert')),
      )
    },
  }
}
