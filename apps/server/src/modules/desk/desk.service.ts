import type { AcceptedOffer, AssignmentView, DeskSnapshot } from '@guichet/contract'
import type { AssignmentId, CallId, JobId, OfferId, QueueId } from '@guichet/domain'
import type { AssignmentRow } from '@guichet/domain/routing'
import type { z } from 'zod'
import { type Clock, type Log, NotFoundError, type StaffPrincipal } from '../../platform/index.ts'
import type { CallsService } from '../calls/index.ts'
import type { JobContext, RoutingModule } from '../routing/index.ts'
import type { DeskConversationsPort, DeskIceServersPort } from './desk.ports.ts'

/** Wrap-up notes and codes as an agent gives them. */
export type WrapUpInput = {
  assignmentId: AssignmentId
  dispositionCode?: string | undefined
  note?: string | undefined
}

/** What one agent does at their desk, across routing, calls and conversations. */
export type DeskService = {
  snapshot(principal: StaffPrincipal): Promise<DeskSnapshot>
  /** @throws OfferExpiredError `offer-expired`, OfferTakenError `offer-taken`, `media-failed` */
  accept(
    principal: StaffPrincipal,
    input: { offerId: OfferId; sdpOffer?: string | undefined; tabId: string },
  ): Promise<z.infer<typeof AcceptedOffer>>
  complete(principal: StaffPrincipal, assignmentId: AssignmentId): Promise<AssignmentView>
  finishWrapUp(principal: StaffPrincipal, input: WrapUpInput): Promise<AssignmentView>
  /** How an assignment stands, for the agent who has it. */
  present(assignment: AssignmentRow, context: JobContext): Promise<AssignmentView>
}

/** @see DeskService */
export function createDeskService(deps: {
  routing: RoutingModule
  calls: CallsService
  conversations: DeskConversationsPort
  iceServers: DeskIceServersPort
  clock: Clock
  log: Log
}): DeskService {
  const { routing, calls, conversations } = deps

  async function present(assignment: AssignmentRow, context: JobContext): Promise<AssignmentView> {
    return {
      id: assignment.id as AssignmentId,
      jobId: assignment.jobId as JobId,
      channel: assignment.channel,
      state: assignment.state,
      conversation: await conversations.view(context.conversationId),
      callId: context.callId,
      queueId: assignment.queueId as QueueId,
      queueName: routing.directory.queueName(
        assignment.queueId,
        routing.directory.localeOf(assignment.workerId),
      ),
      assignedAt: new Date(assignment.assignedAt).toISOString(),
      wrapUpEndsAt: assignment.wrapUpEndsAt === null ? null : new Date(assignment.wrapUpEndsAt).toISOString(),
    }
  }

  /** What a job is about, also after it is over. */
  async function contextOf(jobId: string): Promise<JobContext> {
    const context = routing.job(jobId)?.context ?? (await routing.storedJob(jobId))?.context
    if (context === undefined) throw new NotFoundError('The job')
    return context
  }

  /** The call's own end completes the work of whoever was in it; a chat is completed by hand. */
  async function endWork(principal: StaffPrincipal, assignment: AssignmentRow): Promise<JobContext> {
    const context = await contextOf(assignment.jobId)
    if (assignment.state !== 'active') return context
    if (context.callId !== null) await calls.hangUp(context.callId, principal.rawId)
    await routing.complete(assignment.id as AssignmentId)
    return context
  }

  return {
    present,
    async snapshot(principal) {
      await routing.settled()
      const { workerId, party, roles, locale, rawId } = principal
      const assignments = routing.assignmentsOf(workerId)
      const [views, missedOffers, wrapUpCodes] = await Promise.all([
        Promise.all(assignments.map(async row => present(row, await contextOf(row.jobId)))),
        routing.missedOffersOf(workerId),
        routing.wrapUpCodes(),
      ])
      return {
        me: { party, roles: [...roles], locale },
        worker: routing.workerView(workerId),
        offers: routing.offersOf(workerId),
        assignments: views,
        calls: calls.callsWith(rawId),
        missedOffers,
        wrapUpCodes,
        iceServers: deps.iceServers(rawId),
      }
    },
    async accept({ workerId, party }, { offerId, sdpOffer, tabId }) {
      const callId = routing.offersOf(workerId).find(offer => offer.id === offerId)?.callId ?? null
      if (callId !== null && sdpOffer !== undefined) calls.expect(callId, party.rawId, sdpOffer)
      const assignment = await routing.accept(workerId, offerId)
      const context = await contextOf(assignment.jobId)
      const assignmentId = assignment.id as AssignmentId
      const agent = { assignmentId, party, tabId, sdpOffer }
      const [joined, thread] = await Promise.all([
        context.callId === null ? null : join(context.callId, agent, assignmentId),
        routing.threadOf(assignment, context.conversationId),
      ])
      return {
        assignment: await present(assignment, context),
        thread,
        call: joined?.call ?? null,
        leg: joined?.leg ?? null,
      }
    },
    async complete(principal, assignmentId) {
      const assignment = routing.assignmentOf(principal.workerId, assignmentId)
      const context = await endWork(principal, assignment)
      return present(currentOf(principal, assignment), context)
    },
    async finishWrapUp(principal, { assignmentId, dispositionCode, note }) {
      const assignment = routing.assignmentOf(principal.workerId, assignmentId)
      const context = await endWork(principal, assignment)
      await routing.close({ assignmentId, dispositionCode: dispositionCode ?? null, note: note ?? null })
      return present({ ...currentOf(principal, assignment), state: 'closed', wrapUpEndsAt: null }, context)
    },
  }

  /** Work whose call has just ended, or cannot be joined, does not stay with the agent. */
  async function join(
    callId: CallId,
    agent: Parameters<CallsService['join']>[1],
    assignmentId: AssignmentId,
  ): ReturnType<CallsService['join']> {
    try {
      return await calls.join(callId, agent)
    } catch (error) {
      deps.log.warn({ err: error, callId }, 'agent could not join the call')
      if (error instanceof NotFoundError)
        await routing.close({ assignmentId, dispositionCode: null, note: null })
      throw error
    }
  }

  function currentOf(principal: StaffPrincipal, before: AssignmentRow): AssignmentRow {
    const now = routing.assignmentsOf(principal.workerId).find(row => row.id === before.id)
    return now ?? { ...before, state: 'closed', wrapUpEndsAt: null }
  }
}
