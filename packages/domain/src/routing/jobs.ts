import { transition } from '../state/machine.ts'
import { jobMachine } from '../state/tables.ts'
import { closeAssignment } from './assignments.ts'
import { InvalidRoutingEventError, UnknownRoutingEntityError } from './errors.ts'
import { createJobNode, joinLine, leaveLine, mayBeOffered, openLane } from './line.ts'
import { startRound } from './matching.ts'
import type { RoutingEvent } from './messages.ts'
import type { JobEndReason, JobPreference, JobRow, OfferRevokeReason } from './model.ts'
import { revokeOffersOf, scheduleRetry } from './offers.ts'
import { noAgentsAt } from './readiness.ts'
import { type JobNode, moveTimer, type QueueNode, type RouterState } from './state.ts'

const defaultPriority = 3

type EventOf<T extends RoutingEvent['type']> = Extract<RoutingEvent, { type: T }>

const endings = {
  overflowed: 'job.overflowed',
  timedOut: 'job.timedOut',
  noAgents: 'job.noAgents',
  cancelled: 'job.cancelled',
  queueRemoved: 'job.cancelled',
} as const satisfies Record<JobEndReason, string>

function getQueue(state: RouterState, queueId: string): QueueNode {
  const queue = state.queues.get(queueId)
  if (queue === undefined) throw new UnknownRoutingEntityError('queue', queueId)
  return queue
}

function getJob(state: RouterState, jobId: string): JobNode {
  const job = state.jobs.get(jobId)
  if (job === undefined) throw new UnknownRoutingEntityError('job', jobId)
  return job
}

function checkPriority(priority: number): void {
  if (!Number.isInteger(priority) || priority < 1 || priority > 5) {
    throw new InvalidRoutingEventError('Priority is a whole number from 1 to 5.', { priority })
  }
}

/** Why the queue cannot take one more job now; null when it can. */
function refusal(state: RouterState, queue: QueueNode): 'overflowed' | 'noAgents' | 'timedOut' | null {
  const { overflowThreshold, timeoutMs } = queue.row
  if (overflowThreshold !== null && queue.line.length >= overflowThreshold) return 'overflowed'
  const givesUpAt = noAgentsAt(queue)
  if (givesUpAt !== null && givesUpAt <= state.now) return 'noAgents'
  return timeoutMs !== null && timeoutMs <= 0 ? 'timedOut' : null
}

function emitEnding(state: RouterState, row: JobRow, endReason: JobEndReason): void {
  const ended: JobRow = {
    ...row,
    state: transition(jobMachine, row.state, 'cancel'),
    endedAt: state.now,
    endReason,
  }
  state.changes.push({ type: endings[endReason], job: ended })
}

/** Takes a waiting job out of the router: its offers are withdrawn, then its ending is told. */
export function endWaiting(state: RouterState, job: JobNode, reason: JobEndReason): void {
  leaveLine(job)
  job.timeoutTimer = moveTimer(state, job.timeoutTimer, 'jobTimeout', job.row.id, null)
  job.retryTimer = moveTimer(state, job.retryTimer, 'retry', job.row.id, null)
  state.jobs.delete(job.row.id)
  state.dirtyJobs.delete(job)
  const { row } = job
  job.row = { ...row, state: transition(jobMachine, row.state, 'cancel') }
  const revokeReason: OfferRevokeReason = reason === 'overflowed' ? 'moved' : reason
  revokeOffersOf(state, job, revokeReason)
  emitEnding(state, row, reason)
}

function queueFields(state: RouterState, queue: QueueNode) {
  const { timeoutMs } = queue.row
  return {
    queueId: queue.row.id,
    queuedAt: state.now,
    timeoutAt: timeoutMs === null ? null : state.now + timeoutMs,
  }
}

function preferenceOf(
  state: RouterState,
  queue: QueueNode,
  preferred: EventOf<'job.enqueued'>['preferred'],
): JobPreference | null {
  if (preferred === undefined) return null
  const { workerId, besideJobId = null, forMs = queue.row.agentAlertTimeMs } = preferred
  return { workerId, until: state.now + forMs, besideJobId }
}

/** Admits a job to its queue, or tells at once why not. */
export function enqueueJob(state: RouterState, event: EventOf<'job.enqueued'>): void {
  const queue = getQueue(state, event.queueId)
  const priority = event.priority ?? defaultPriority
  checkPriority(priority)
  if (!queue.row.channels.includes(event.channel)) {
    throw new InvalidRoutingEventError('The queue does not serve this channel.', {
      queueId: event.queueId,
      channel: event.channel,
    })
  }
  const known = state.jobs.get(event.jobId)
  const jobState = transition(jobMachine, known?.row.state ?? jobMachine.initial, 'classify')
  state.lastSequence += 1
  const row: JobRow = {
    id: event.jobId,
    ...queueFields(state, queue),
    channel: event.channel,
    priority,
    selectors: event.selectors ?? [],
    preference: preferenceOf(state, queue, event.preferred),
    state: jobState,
    enqueuedAt: Math.min(event.enqueuedAt ?? state.now, state.now),
    sequence: state.lastSequence,
    round: 1,
    roundStartedAt: state.now,
    endedAt: null,
    endReason: null,
    context: event.context ?? null,
  }
  const refused = refusal(state, queue)
  if (refused !== null) {
    emitEnding(state, row, refused)
    return
  }
  const job = createJobNode(row, queue)
  state.jobs.set(row.id, job)
  state.changes.push({ type: 'job.queued', job: row })
  wait(state, job)
}

/** Puts a queued job in line, with its time limit running, ready to be matched. */
export function wait(state: RouterState, job: JobNode): void {
  joinLine(job)
  if (mayBeOffered(job)) openLane(job)
  job.timeoutTimer = moveTimer(state, job.timeoutTimer, 'jobTimeout', job.row.id, job.row.timeoutAt)
  state.dirtyJobs.add(job)
}

/** The consumer went away: nobody is rung any longer, and whoever took the job is freed. */
export function cancelJob(state: RouterState, event: EventOf<'job.cancelled'>): void {
  const job = getJob(state, event.jobId)
  transition(jobMachine, job.row.state, 'cancel')
  if (job.assignment === null) {
    endWaiting(state, job, 'cancelled')
    return
  }
  const { row } = job
  const assignment = closeAssignment(state, job.assignment)
  emitEnding(state, row, 'cancelled')
  state.changes.push({ type: 'assignment.closed', assignment })
}

/** Moves a waiting job to another queue, priority or set of selectors; it keeps its `enqueuedAt`. */
export function moveJob(state: RouterState, event: EventOf<'job.moved'>): void {
  const job = getJob(state, event.jobId)
  const queue = event.queueId === undefined ? job.queue : getQueue(state, event.queueId)
  const priority = event.priority ?? job.row.priority
  checkPriority(priority)
  const changesQueue = queue !== job.queue
  const jobState = transition(jobMachine, job.row.state, 'move')
  if (!queue.row.channels.includes(job.row.channel)) {
    throw new InvalidRoutingEventError('The queue does not serve this channel.', { queueId: queue.row.id })
  }
  const refused = changesQueue ? refusal(state, queue) : null
  if (refused !== null) {
    job.row = { ...job.row, ...queueFields(state, queue) }
    endWaiting(state, job, refused)
    return
  }
  leaveLine(job)
  job.queue = queue
  job.row = {
    ...job.row,
    ...(changesQueue ? queueFields(state, queue) : {}),
    priority,
    selectors: event.selectors ?? job.row.selectors,
    state: jobState,
  }
  if (changesQueue) startRound(state, job)
  state.changes.push({ type: 'job.moved', job: job.row })
  wait(state, job)
  if (changesQueue || event.selectors !== undefined) revokeOffersOf(state, job, 'moved')
}

/** The job's limit in its queue is reached, ringing or not. */
export function timeOutJob(state: RouterState, jobId: string): void {
  const job = state.jobs.get(jobId)
  if (job !== undefined) endWaiting(state, job, 'timedOut')
}

/** Those who declined a moment ago may be asked again. */
export function retryJob(state: RouterState, jobId: string): void {
  const job = state.jobs.get(jobId)
  if (job === undefined) return
  scheduleRetry(state, job)
  state.dirtyJobs.add(job)
}

/** Nobody has been staffed for the queue's grace: its jobs are told, in order of service. */
export function giveUpQueue(state: RouterState, queueId: string): void {
  const queue = state.queues.get(queueId)
  if (queue === undefined) return
  const since = queue.unstaffedSince ?? 0
  const all = queue.row.noAgentsPolicy === 'fireAll'
  for (const job of [...queue.line]) if (all || job.row.queuedAt >= since) endWaiting(state, job, 'noAgents')
}
