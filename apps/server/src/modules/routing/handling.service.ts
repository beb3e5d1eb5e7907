import type { Handling, Thread } from '@guichet/contract'
import type { ConversationId, JobId } from '@guichet/domain'
import type { AssignmentRow } from '@guichet/domain/routing'
import { type Clock, delay, type Log, withLogContext } from '../../platform/index.ts'
import type { JobContext } from './job-context.ts'
import type { RoutingDirectory } from './routing.directory.ts'
import type { RoutingConversationsPort } from './routing.ports.ts'
import type { RoutingService } from './routing.service.ts'
import type { JobSignal, RoutedJob } from './routing.signals.ts'

const ATTEMPTS = 6
const RETRY_BASE_MS = 100

/** Keeps each conversation told who handles it: the bot, a queue, or an agent. */
export type HandlingService = {
  signal(signal: JobSignal): void
  /** The thread that whoever took the work has just joined. */
  threadOf(assignment: AssignmentRow, conversationId: ConversationId): Promise<Thread>
  /** Brings a conversation in line with a job, after a restart or when others may have changed it. */
  reconcile(job: RoutedJob, assignment: AssignmentRow | null): void
  /** Resolves when the conversation has been told all that happened so far. */
  settled(conversationId: ConversationId): Promise<void>
}

/** @see HandlingService */
export function createHandlingService(deps: {
  conversations: RoutingConversationsPort
  routing: Pick<RoutingService, 'openJobsOf' | 'place' | 'cancel'>
  directory: RoutingDirectory
  clock: Clock
  log: Log
}): HandlingService {
  const { conversations, routing, directory, clock, log } = deps
  const chains = new Map<string, Promise<void>>()
  const told = new Map<string, string>()
  const threads = new Map<string, PromiseWithResolvers<Thread>>()
  const moved = new Set<ConversationId>()
  let moves: Promise<void> = Promise.resolve()

  /** Does things to one conversation one after the other; a short outage of the database is sat out. */
  function inOrder(conversationId: ConversationId, action: () => Promise<void>): void {
    const previous = chains.get(conversationId) ?? Promise.resolve()
    const next = previous
      .then(() => withLogContext({ conversationId }, () => withRetries(action)))
      .catch(error =>
        log.error({ err: error, conversationId }, 'conversation could not be told who handles it'),
      )
    chains.set(conversationId, next)
    void next.then(() => {
      if (chains.get(conversationId) === next) chains.delete(conversationId)
    })
  }

  async function withRetries(action: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await action()
      } catch (error) {
        if (attempt >= ATTEMPTS) throw error
        await delay(clock, RETRY_BASE_MS * 2 ** attempt)
      }
    }
  }

  /** Who handles the conversation by its open jobs: whoever took one (a call first), else the queue, else the bot. */
  function current(conversationId: ConversationId): Handling {
    const open = routing.openJobsOf(conversationId)
    open.sort((a, b) => Number(b.job.channel === 'voice') - Number(a.job.channel === 'voice'))
    const none = { agent: null, queueName: null, position: null, expectedWaitMs: null }
    for (const { assignment } of open) {
      if (assignment?.state === 'active') {
        return { ...none, by: 'agent', agent: directory.party(assignment.workerId) }
      }
    }
    for (const { job } of open) {
      if (job.state !== 'queued') continue
      const place = routing.place(job.id)
      return {
        ...none,
        by: 'queue',
        queueName: directory.queueName(job.queueId, job.context.locale),
        position: place?.position ?? null,
        expectedWaitMs: place?.expectedWaitMs ?? null,
      }
    }
    return { ...none, by: 'bot' }
  }

  async function tell(conversationId: ConversationId): Promise<void> {
    const handling = current(conversationId)
    const text = JSON.stringify(handling)
    if (told.get(conversationId) === text) return
    await conversations.setHandling(conversationId, handling)
    if (handling.by === 'bot') told.delete(conversationId)
    else told.set(conversationId, text)
  }

  /** A line moves for everybody at once: the places told in one turn of the event loop are written together. */
  function move(conversationId: ConversationId): void {
    moved.add(conversationId)
    if (moved.size > 1) return
    moves = moves
      .then(() => {
        const ids = [...moved]
        moved.clear()
        return withRetries(() => moveAll(ids))
      })
      .catch(error => log.error({ err: error }, 'conversations could not be told their places'))
  }

  async function moveAll(ids: readonly ConversationId[]): Promise<void> {
    const places = ids.flatMap(id => {
      told.delete(id)
      const { by, position, expectedWaitMs } = current(id)
      return by === 'queue' ? [{ id, position, expectedWaitMs }] : []
    })
    if (places.length > 0) await conversations.moveInLine(places)
  }

  async function left(context: JobContext, assignment: AssignmentRow): Promise<void> {
    const { conversationId } = context
    const stillThere = routing
      .openJobsOf(conversationId)
      .some(open => open.assignment?.workerId === assignment.workerId && open.assignment.state === 'active')
    if (!stillThere) await conversations.agentLeft(conversationId, directory.party(assignment.workerId))
  }

  function join(conversationId: ConversationId, { workerId }: AssignmentRow): Promise<Thread> {
    return conversations.agentJoined(conversationId, directory.party(workerId))
  }

  /** Whether nothing else goes on with the visitor: no call, nobody else at work, nothing waiting. */
  async function isDone(conversationId: ConversationId): Promise<boolean> {
    const open = routing.openJobsOf(conversationId)
    if (open.some(({ job, assignment }) => job.state === 'queued' || assignment?.state === 'active'))
      return false
    return (await conversations.view(conversationId)).activeCallId === null
  }

  /** A call that begins to wait takes the place of a chat still waiting for the same visitor. */
  async function replaceChat(job: RoutedJob): Promise<void> {
    if (job.channel !== 'voice') return
    for (const { job: other } of routing.openJobsOf(job.context.conversationId)) {
      if (other.channel === 'chat' && other.state === 'queued') await routing.cancel(other.id as JobId)
    }
  }

  function signal(signal: JobSignal): void {
    if (signal.kind === 'assignmentEnded') return
    const { job } = signal
    const { context } = job
    const { conversationId } = context
    const isChat = job.channel === 'chat'
    if (signal.kind === 'placed') {
      move(conversationId)
      return
    }
    if (signal.kind === 'assigned') threads.set(signal.assignment.id, Promise.withResolvers())
    inOrder(conversationId, async () => {
      switch (signal.kind) {
        case 'queued':
          await replaceChat(job)
          await tell(conversationId)
          if (isChat) {
            const queue = directory.queueName(job.queueId, context.locale)
            await conversations.notice(conversationId, { code: 'queued', values: { queue } })
          }
          break
        case 'overflowed':
        case 'timedOut':
        case 'noAgents':
          await tell(conversationId)
          if (isChat) await conversations.notice(conversationId, { code: 'noAgents', values: {} })
          break
        case 'assigned':
          threads.get(signal.assignment.id)?.resolve(await join(conversationId, signal.assignment))
          await tell(conversationId)
          break
        case 'unassigned':
          threads.delete(signal.assignment.id)
          await left(context, signal.assignment)
          await tell(conversationId)
          break
        case 'completed':
          await left(context, signal.assignment)
          if (isChat && (await isDone(conversationId))) {
            told.delete(conversationId)
            await conversations.close(conversationId, directory.party(signal.assignment.workerId))
          } else await tell(conversationId)
          break
        case 'cancelled':
          await tell(conversationId)
          break
        case 'closed':
          threads.delete(signal.assignment.id)
          break
      }
    })
  }

  return {
    signal,
    reconcile(job, assignment) {
      const { conversationId } = job.context
      inOrder(conversationId, async () => {
        const { handling, state } = await conversations.view(conversationId)
        if (state === 'closed') return
        if (assignment?.state === 'active' && handling.by !== 'agent') {
          await join(conversationId, assignment)
        }
        told.delete(conversationId)
        await tell(conversationId)
      })
    },
    async threadOf(assignment, conversationId) {
      // Whoever is answering should not wait for more than the thread; a chain that failed gives none.
      const chained = chains.get(conversationId)?.then(() => undefined)
      const thread = await Promise.race([threads.get(assignment.id)?.promise, chained])
      threads.delete(assignment.id)
      return thread ?? join(conversationId, assignment)
    },
    settled: async conversationId => {
      await Promise.all([chains.get(conversationId), moves])
    },
  }
}
