import { holdAssignment } from './assignments.ts'
import { createJobNode, joinLine, mayBeOffered, openLane } from './line.ts'
import { defaultQueueSettings, type OfferRow, type RoutingRows } from './model.ts'
import { holdOffer, markTried, rememberTaken, scheduleRetry } from './offers.ts'
import { createQueueNode } from './queues.ts'
import { noAgentsAt, refreshWorker } from './readiness.ts'
import { attachMember } from './roster.ts'
import { type JobNode, moveTimer, type RouterState, setTimer } from './state.ts'
import { addWorker } from './workers.ts'

const openJobStates = new Set(['queued', 'assigned', 'completed'])

function isTried(job: JobNode, { round, retryAt }: OfferRow): boolean {
  return retryAt !== null && (round === job.row.round || retryAt > job.row.roundStartedAt)
}

function restoreOffer(state: RouterState, row: OfferRow): void {
  const job = state.jobs.get(row.jobId)
  const worker = state.workers.get(row.workerId)
  rememberTaken(state, row)
  if (job === undefined || worker === undefined) return
  if (row.state === 'issued') {
    if (job.row.state === 'queued') holdOffer(state, row, job, worker)
    return
  }
  const known = job.tried?.get(row.workerId)
  if (job.assignment?.row.offerId === row.id) job.assignment.offer = row
  else if (isTried(job, row) && (known?.retryAt ?? 0) <= (row.retryAt ?? 0)) markTried(job, row)
}

function removedQueue(queueId: string) {
  return createQueueNode({ ...defaultQueueSettings, id: queueId, name: '' })
}

function restoreWaiting(state: RouterState, job: JobNode): void {
  joinLine(job)
  if (mayBeOffered(job)) openLane(job)
  job.timeoutTimer = moveTimer(state, job.timeoutTimer, 'jobTimeout', job.row.id, job.row.timeoutAt)
  scheduleRetry(state, job)
  state.dirtyJobs.add(job)
}

/** Fills an empty state from rows; matches nothing yet, but marks all for the next event to look at. */
export function restoreRows(state: RouterState, rows: Partial<RoutingRows>): void {
  for (const row of rows.queues ?? []) state.queues.set(row.id, createQueueNode(row))
  for (const row of rows.workers ?? []) addWorker(state, row)
  for (const row of rows.members ?? []) {
    const queue = state.queues.get(row.queueId)
    const worker = state.workers.get(row.workerId)
    if (queue !== undefined && worker !== undefined) attachMember(row, queue, worker)
  }
  state.lastSequence = rows.lastSequence ?? 0
  for (const row of rows.jobs ?? []) {
    state.lastSequence = Math.max(state.lastSequence, row.sequence)
    const queue = state.queues.get(row.queueId)
    if (!openJobStates.has(row.state)) continue
    // A job at work outlives its queue; nothing but its assignment is looked up any more.
    if (queue === undefined && row.state === 'queued') continue
    state.jobs.set(row.id, createJobNode(row, queue ?? removedQueue(row.queueId)))
  }
  for (const row of rows.assignments ?? []) {
    const job = state.jobs.get(row.jobId)
    const worker = state.workers.get(row.workerId)
    if (row.state !== 'closed' && job !== undefined && worker !== undefined) {
      holdAssignment(state, row, null, job, worker)
    }
  }
  for (const row of rows.offers ?? []) restoreOffer(state, row)
  for (const worker of state.workers.values()) refreshWorker(state, worker)
  for (const job of state.jobs.values()) if (job.row.state === 'queued') restoreWaiting(state, job)
  for (const { queueId, unstaffedSince, handleMs } of rows.measures ?? []) {
    const queue = state.queues.get(queueId)
    if (queue === undefined) continue
    queue.handleMs = { ...handleMs }
    queue.unstaffedSince = queue.staffed > 0 ? null : unstaffedSince
  }
  for (const queue of state.queues.values()) setTimer(state, queue.noAgentsTimer, noAgentsAt(queue))
  state.changes = []
}
