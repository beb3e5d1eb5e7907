import type { DomainEvents } from '@guichet/contract'
import type { AssignmentId, JobId, OfferId, QueueId, WorkerId } from '@guichet/domain'
import type {
  AssignmentRow,
  JobRow,
  MemberRow,
  OfferRow,
  RoutingChange,
  WorkerRow,
} from '@guichet/domain/routing'
import type { Emit } from '../../platform/index.ts'
import type { JobContext } from './job-context.ts'
import type { RoutingFacts } from './routing.facts.ts'
import type { WrapUps } from './routing.store.ts'

const iso = (ms: number) => new Date(ms).toISOString()

/** What events say of any job; the casts give the router's plain strings their brands back. */
function about(job: Pick<JobRow, 'id' | 'queueId' | 'channel'>, context: JobContext) {
  return {
    jobId: job.id as JobId,
    conversationId: context.conversationId,
    queueId: job.queueId as QueueId,
    channel: job.channel,
  }
}

function ofOffer(offer: OfferRow, context: JobContext) {
  return {
    ...about({ id: offer.jobId, queueId: offer.queueId, channel: offer.channel }, context),
    offerId: offer.id as OfferId,
    workerId: offer.workerId as WorkerId,
  }
}

function ofAssignment(assignment: AssignmentRow, context: JobContext) {
  return {
    ...about({ id: assignment.jobId, queueId: assignment.queueId, channel: assignment.channel }, context),
    assignmentId: assignment.id as AssignmentId,
    workerId: assignment.workerId as WorkerId,
  }
}

/** Writes to the outbox what the router decided, in its order, and lets `facts` learn it. */
export function emitChanges(
  emit: Emit,
  changes: readonly RoutingChange[],
  facts: RoutingFacts,
  wrapUps: WrapUps,
): void {
  const assignmentOfOffer = new Map(
    changes.flatMap(change =>
      change.type === 'job.assigned' ? [[change.assignment.offerId, change.assignment.id] as const] : [],
    ),
  )
  for (const change of changes) {
    if (change.type === 'worker.updated') emitPresence(emit, change.worker, facts)
    else if (change.type === 'member.updated') emitOptIn(emit, change.member, facts)
    else if ('offer' in change) emitOffer(emit, change, facts, assignmentOfOffer)
    else emitJob(emit, change, facts, wrapUps)
    facts.note(change)
  }
}

function emitPresence(emit: Emit, worker: WorkerRow, facts: RoutingFacts): void {
  if (facts.presenceOf(worker.id) === worker.presence) return
  const { presence, presenceReason } = worker
  emit('worker.presenceChanged', {
    workerId: worker.id as WorkerId,
    presence,
    reason: presenceReason ?? 'chosen',
  })
}

function emitOptIn(emit: Emit, { queueId, workerId, optedIn }: MemberRow, facts: RoutingFacts): void {
  if (facts.optedIn(queueId, workerId) === optedIn) return
  emit('worker.optChanged', { workerId: workerId as WorkerId, queueId: queueId as QueueId, optedIn })
}

function emitOffer(
  emit: Emit,
  { type, offer }: Extract<RoutingChange, { offer: OfferRow }>,
  facts: RoutingFacts,
  assignmentOfOffer: ReadonlyMap<string, string>,
): void {
  const context = facts.contextOf(offer.jobId)
  if (context === undefined) return
  const base = ofOffer(offer, context)
  if (type === 'offer.issued') {
    emit('offer.issued', { ...base, callId: context.callId, expiresAt: iso(offer.expiresAt) })
  } else if (type === 'offer.accepted') {
    emit('offer.accepted', { ...base, assignmentId: assignmentOfOffer.get(offer.id) as AssignmentId })
  } else if (type === 'offer.revoked') {
    emit('offer.revoked', { ...base, reason: offer.revokeReason ?? 'cancelled' })
  } else emit(type, base)
}

function emitJob(emit: Emit, change: RoutingChange, facts: RoutingFacts, wrapUps: WrapUps): void {
  if (change.type === 'assignment.closed') {
    const context = facts.contextOf(change.assignment.jobId)
    if (context !== undefined) emitClosed(emit, change.assignment, context, wrapUps)
    return
  }
  if (!('job' in change)) return
  const { job } = change
  const context = job.context as JobContext
  const base = about(job, context)
  switch (change.type) {
    case 'job.queued':
      emit('job.queued', { ...base, priority: job.priority, callId: context.callId })
      break
    case 'job.moved':
      emit('job.moved', { ...base, fromQueueId: (facts.queueOf(job.id) ?? job.queueId) as QueueId })
      break
    case 'job.overflowed':
    case 'job.timedOut':
    case 'job.noAgents':
      emit(change.type, base)
      break
    case 'job.cancelled':
      emit('job.cancelled', { ...base, reason: job.endReason ?? 'cancelled' })
      break
    case 'job.assigned':
      emit('job.assigned', { ...base, workerId: change.assignment.workerId as WorkerId })
      break
    case 'job.completed': {
      const { wrapUpEndsAt } = change.assignment
      emit('job.completed', base)
      emit('assignment.completed', {
        ...ofAssignment(change.assignment, context),
        wrapUpEndsAt: wrapUpEndsAt === null ? null : iso(wrapUpEndsAt),
      })
      break
    }
    case 'job.closed':
      emit('job.closed', base)
      emitClosed(emit, change.assignment, context, wrapUps)
      break
    case 'job.unassigned':
      emitClosed(emit, change.assignment, context, wrapUps)
      emit('job.queued', { ...base, priority: job.priority, callId: context.callId })
      break
  }
}

function emitClosed(emit: Emit, assignment: AssignmentRow, context: JobContext, wrapUps: WrapUps): void {
  const payload: DomainEvents['assignment.closed'] = {
    ...ofAssignment(assignment, context),
    dispositionCode: wrapUps.get(assignment.id)?.dispositionCode ?? null,
  }
  emit('assignment.closed', payload)
}
