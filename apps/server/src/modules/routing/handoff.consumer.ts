import type { EventEnvelope, Party } from '@guichet/contract'
import type { AssignmentId, ConversationId, JobId } from '@guichet/domain'
import type { Log } from '../../platform/index.ts'
import type { QueuesService } from '../queues/index.ts'
import type { HandlingService } from './handling.service.ts'
import type { RoutingConversationsPort } from './routing.ports.ts'
import type { RoutingRepository } from './routing.repository.ts'
import type { RoutingService } from './routing.service.ts'

/** Events that make, and end, the routing of a chat. */
export const handoffEvents = ['handoff.requested', 'conversation.closed'] as const

/** Handles one event; safe to repeat, because the job carries the id of the event that asked for it. */
export type HandoffConsumer = (event: EventEnvelope<(typeof handoffEvents)[number]>) => Promise<void>

/** Turns requests for a person into chat jobs, and closed conversations into ended ones. */
export function createHandoffConsumer(deps: {
  conversations: RoutingConversationsPort
  routing: Pick<RoutingService, 'enqueue' | 'cancel' | 'complete' | 'openJobsOf' | 'settled'>
  handling: Pick<HandlingService, 'reconcile'>
  repository: Pick<RoutingRepository, 'job'>
  queues: Pick<QueuesService, 'forChat' | 'list'>
  log: Log
}): HandoffConsumer {
  const { conversations, routing, queues, log } = deps

  async function requestPerson(event: EventEnvelope<'handoff.requested'>): Promise<void> {
    const { conversationId, topic, locale } = event.payload
    const jobId = event.id as JobId
    if ((await deps.repository.job(jobId)) !== null) return
    const conversation = await conversations.view(conversationId)
    if (conversation.state === 'closed') return
    const open = routing
      .openJobsOf(conversationId)
      .find(({ job, assignment }) => job.state === 'queued' || assignment?.state === 'active')
    if (open !== undefined) return deps.handling.reconcile(open.job, open.assignment)
    const wanted = event.payload.queueId ?? null
    const named = wanted === null ? undefined : (await queues.list()).find(queue => queue.id === wanted)
    const queue = named?.channels.includes('chat') ? named : await queues.forChat(topic)
    if (queue === null) return refuse(conversationId)
    const contact: Party = { ...conversation.contact, role: 'consumer' }
    await routing.enqueue({
      jobId,
      queueId: queue.id,
      channel: 'chat',
      context: { conversationId, callId: null, contact, topic, locale },
    })
  }

  /** Without any queue for chats nobody will come: the visitor is told, and the bot stays. */
  async function refuse(conversationId: ConversationId): Promise<void> {
    log.warn({ conversationId }, 'no queue takes chats')
    await conversations.notice(conversationId, { code: 'noAgents', values: {} })
    await conversations.setHandling(conversationId, {
      by: 'bot',
      agent: null,
      queueName: null,
      position: null,
      expectedWaitMs: null,
    })
  }

  async function endJobs(conversationId: ConversationId): Promise<void> {
    for (const { job, assignment } of routing.openJobsOf(conversationId)) {
      if (job.channel !== 'chat') continue
      if (assignment === null) await routing.cancel(job.id as JobId)
      else if (assignment.state === 'active') await routing.complete(assignment.id as AssignmentId)
    }
  }

  return async event => {
    await routing.settled()
    if (event.name === 'handoff.requested') await requestPerson(event as EventEnvelope<'handoff.requested'>)
    else await endJobs(event.payload.conversationId)
  }
}
