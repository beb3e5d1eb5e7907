import { transition } from '../state/machine.ts'
import { assignmentMachine, jobMachine } from '../state/tables.ts'
import { OfferExpiredError, OfferTakenError, UnknownRoutingEntityError } from './errors.ts'
import { joinLine, leaveLine, openLane } from './line.ts'
import type { AssignmentRow, JobRow, OfferRow } from './model.ts'
import { acceptOffer, forgetMissed, markTried, revokeOffersOf, scheduleRetry } from './offers.ts'
import { measureOf, noAgentsAt, refreshWorker } from './readiness.ts'
import { removeFrom } from './sorted.ts'
import {
  type AssignmentNode,
  type JobNode,
  moveTimer,
  type OfferNode,
  type RouterState,
  setTimer,
  type WorkerNode,
} from './state.ts'

/** Weight of the newest handle time in the mean that expected waits are made of. */
const handleTimeWeight = 0.2

/**
 * The issued offer, if it is this worker's.
 * @throws OfferTakenError, OfferExpiredError, UnknownRoutingEntityError (`not-found`)
 */
export function getIssuedOffer(state: RouterState, offerId: string, workerId: string): OfferNode {
  const offer = state.offers.get(offerId)
  if (offer === undefined) {
    const isTaken = state.takenOffers.has(offerId) || state.takenOffersBefore.has(offerId)
    throw isTaken ? new OfferTakenError(offerId) : new OfferExpiredError(offerId)
  }
  if (offer.row.workerId !== workerId) throw new UnknownRoutingEntityError('offer', offerId)
  return offer
}

/** Puts an assignment in memory: it holds the worker's capacity until closed. */
export function holdAssignment(
  state: RouterState,
  row: AssignmentRow,
  offer: OfferRow | null,
  job: JobNode,
  worker: WorkerNode,
): AssignmentNode {
  const assignment: AssignmentNode = { row, offer, job, worker, wrapUpTimer: null }
  state.assignments.set(row.id, assignment)
  job.assignment = assignment
  worker.assignments.push(assignment)
  worker.used += row.cost
  worker.load += row.cost
  worker.jobs[row.channel] += 1
  assignment.wrapUpTimer = moveTimer(
    state,
    assignment.wrapUpTimer,
    'wrapUp',
    assignment.row.id,
    row.wrapUpEndsAt,
  )
  return assignment
}

/** The first answer wins: the job is assigned, and everyone else stops ringing. */
export function assignJob(state: RouterState, offer: OfferNode): void {
  const { job, worker } = offer
  const jobState = transition(jobMachine, job.row.state, 'assign')
  const accepted = acceptOffer(state, offer)
  leaveLine(job)
  job.timeoutTimer = moveTimer(state, job.timeoutTimer, 'jobTimeout', job.row.id, null)
  job.retryTimer = moveTimer(state, job.retryTimer, 'retry', job.row.id, null)
  job.row = { ...job.row, state: jobState }
  const row: AssignmentRow = {
    id: state.newId(),
    offerId: accepted.id,
    jobId: job.row.id,
    workerId: worker.row.id,
    queueId: job.row.queueId,
    channel: job.row.channel,
    cost: accepted.cost,
    state: assignmentMachine.initial,
    assignedAt: state.now,
    completedAt: null,
    wrapUpEndsAt: null,
    closedAt: null,
  }
  holdAssignment(state, row, accepted, job, worker)
  state.changes.push({ type: 'job.assigned', job: job.row, assignment: row })
  const member = job.queue.members.get(row.workerId)
  if (member !== undefined) {
    member.row = { ...member.row, handled: member.row.handled + 1, lastAssignedAt: state.now }
    state.changes.push({ type: 'member.updated', member: member.row })
  }
  forgetMissed(state, worker)
  refreshWorker(state, worker)
  revokeOffersOf(state, job, 'taken')
}

function getAssignment(state: RouterState, assignmentId: string): AssignmentNode {
  const assignment = state.assignments.get(assignmentId)
  if (assignment === undefined) throw new UnknownRoutingEntityError('assignment', assignmentId)
  return assignment
}

function learnHandleTime(state: RouterState, row: AssignmentRow): void {
  const queue = state.queues.get(row.queueId)
  if (queue === undefined) return
  const handleMs = state.now - row.assignedAt
  const mean = queue.handleMs[row.channel]
  queue.handleMs[row.channel] = mean === null ? handleMs : mean + handleTimeWeight * (handleMs - mean)
  state.changes.push({ type: 'queue.measured', measure: measureOf(queue) })
}

/** Frees the worker from an assignment, whatever becomes of the job; the job leaves memory. */
export function closeAssignment(state: RouterState, assignment: AssignmentNode): AssignmentRow {
  const { job, worker } = assignment
  const row: AssignmentRow = {
    ...assignment.row,
    state: transition(assignmentMachine, assignment.row.state, 'close'),
    completedAt: assignment.row.completedAt ?? state.now,
    wrapUpEndsAt: null,
    closedAt: state.now,
  }
  assignment.row = row
  state.assignments.delete(row.id)
  state.jobs.delete(row.jobId)
  job.assignment = null
  removeFrom(worker.assignments, assignment)
  worker.used -= row.cost
  worker.load -= row.cost
  worker.jobs[row.channel] -= 1
  assignment.wrapUpTimer = moveTimer(state, assignment.wrapUpTimer, 'wrapUp', assignment.row.id, null)
  worker.row = { ...worker.row, availableSince: state.now }
  state.changes.push({ type: 'worker.updated', worker: worker.row })
  refreshWorker(state, worker)
  return row
}

/** The work is over: wrap-up runs for the queue's time, none closes at once. */
export function completeAssignment(state: RouterState, assignmentId: string): void {
  const assignment = getAssignment(state, assignmentId)
  const { job } = assignment
  const completed: AssignmentRow = {
    ...assignment.row,
    state: transition(assignmentMachine, assignment.row.state, 'complete'),
    completedAt: state.now,
  }
  const settings = state.queues.get(completed.queueId)?.row
  const wrapUpMs = (completed.channel === 'voice' ? settings?.wrapUpMs : settings?.chatWrapUpMs) ?? 0
  job.row = { ...job.row, state: transition(jobMachine, job.row.state, 'complete'), endedAt: state.now }
  assignment.row = wrapUpMs > 0 ? { ...completed, wrapUpEndsAt: state.now + wrapUpMs } : completed
  assignment.wrapUpTimer = moveTimer(
    state,
    assignment.wrapUpTimer,
    'wrapUp',
    assignment.row.id,
    assignment.row.wrapUpEndsAt,
  )
  state.changes.push({ type: 'job.completed', job: job.row, assignment: assignment.row })
  if (wrapUpMs <= 0) finishAssignment(state, assignmentId)
}

/** Work and wrap-up are over: the worker is free, the job closed. */
export function finishAssignment(state: RouterState, assignmentId: string): void {
  const assignment = getAssignment(state, assignmentId)
  const { job } = assignment
  const endedAt = job.row.endedAt ?? state.now
  const completed: JobRow =
    job.row.state === 'assigned'
      ? { ...job.row, state: transition(jobMachine, job.row.state, 'complete'), endedAt }
      : job.row
  const closed: JobRow = { ...completed, state: transition(jobMachine, completed.state, 'close') }
  const row = closeAssignment(state, assignment)
  job.row = closed
  state.changes.push({ type: 'job.closed', job: closed, assignment: row })
  learnHandleTime(state, row)
}

/** The job goes back to its place in line; whoever had it is asked last in this round. */
export function unassignJob(state: RouterState, assignmentId: string): void {
  const assignment = getAssignment(state, assignmentId)
  const { job } = assignment
  const jobState = transition(jobMachine, job.row.state, 'unassign')
  const queue = state.queues.get(job.row.queueId)
  if (queue === undefined) throw new UnknownRoutingEntityError('queue', job.row.queueId)
  const row = closeAssignment(state, assignment)
  const { timeoutMs } = queue.row
  const timeoutAt = timeoutMs === null ? null : state.now + timeoutMs
  job.queue = queue
  if (assignment.offer !== null) markTried(job, assignment.offer)
  job.row = { ...job.row, state: jobState, queuedAt: state.now, timeoutAt }
  state.jobs.set(job.row.id, job)
  state.changes.push({ type: 'job.unassigned', job: job.row, assignment: row })
  joinLine(job)
  openLane(job)
  job.timeoutTimer = moveTimer(state, job.timeoutTimer, 'jobTimeout', job.row.id, timeoutAt)
  scheduleRetry(state, job)
  setTimer(state, queue.noAgentsTimer, noAgentsAt(queue))
  state.dirtyJobs.add(job)
}
