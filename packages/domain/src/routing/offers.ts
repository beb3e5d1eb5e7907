import { transition } from '../state/machine.ts'
import { offerMachine } from '../state/tables.ts'
import { closeLane, mayBeOffered, noOffers, openLane } from './line.ts'
import type { OfferRevokeReason, OfferRow } from './model.ts'
import { isReachable, refreshWorker } from './readiness.ts'
import { removeFrom } from './sorted.ts'
import {
  createTimer,
  type JobNode,
  type MemberNode,
  moveTimer,
  type OfferNode,
  type RouterState,
  setTimer,
  type WorkerNode,
} from './state.ts'

const takenOffersPerGeneration = 4_096

/** Rings one member for one job. */
export function issueOffer(state: RouterState, job: JobNode, member: MemberNode): void {
  const { worker, queue } = member
  const { channel } = job.row
  const row: OfferRow = {
    id: state.newId(),
    jobId: job.row.id,
    workerId: worker.row.id,
    queueId: queue.row.id,
    channel,
    cost: worker.row.channels[channel]?.cost ?? 0,
    state: offerMachine.initial,
    offeredAt: state.now,
    expiresAt: state.now + queue.row.agentAlertTimeMs,
    endedAt: null,
    revokeReason: null,
    retryAt: null,
    round: job.row.round,
  }
  holdOffer(state, row, job, worker)
  if (!mayBeOffered(job)) closeLane(job)
  state.changes.push({ type: 'offer.issued', offer: row })
  refreshWorker(state, worker)
}

/** Puts an issued offer in memory: it holds capacity and has a deadline. */
export function holdOffer(state: RouterState, row: OfferRow, job: JobNode, worker: WorkerNode): OfferNode {
  const offer: OfferNode = { row, job, worker, expiryTimer: createTimer('offerExpiry', row.id) }
  state.offers.set(row.id, offer)
  if (job.offers === noOffers) job.offers = [offer]
  else job.offers.push(offer)
  worker.offers.push(offer)
  worker.used += row.cost
  worker.jobs[row.channel] += 1
  setTimer(state, offer.expiryTimer, row.expiresAt)
  return offer
}

/** Remembers that an offer's job was accepted, so that a late answer is told; all others have expired. */
export function rememberTaken(state: RouterState, row: OfferRow): void {
  if (row.state !== 'accepted' && row.revokeReason !== 'taken') return
  if (state.takenOffers.size >= takenOffersPerGeneration) {
    state.takenOffersBefore = state.takenOffers
    state.takenOffers = new Set()
  }
  state.takenOffers.add(row.id)
}

function endOffer(
  state: RouterState,
  offer: OfferNode,
  event: 'accept' | 'decline' | 'expire' | 'revoke',
  revokeReason: OfferRevokeReason | null,
  retryAt: number | null,
): OfferRow {
  const row: OfferRow = {
    ...offer.row,
    state: transition(offerMachine, offer.row.state, event),
    endedAt: state.now,
    revokeReason,
    retryAt,
  }
  offer.row = row
  state.offers.delete(row.id)
  const { job } = offer
  if (job.offers.length === 1) job.offers = noOffers
  else removeFrom(job.offers, offer)
  removeFrom(offer.worker.offers, offer)
  setTimer(state, offer.expiryTimer, null)
  rememberTaken(state, row)
  offer.worker.used -= row.cost
  offer.worker.jobs[row.channel] -= 1
  return row
}

/** Remembers that a worker had their chance at a job in this round. */
export function markTried(job: JobNode, row: OfferRow): void {
  job.tried ??= new Map()
  job.tried.set(row.workerId, row)
}

function reopen(state: RouterState, job: JobNode): void {
  if (job.row.state !== 'queued') return
  if (!mayBeOffered(job)) return
  openLane(job)
  state.dirtyJobs.add(job)
}

/** Ends an offer as accepted; the caller makes the assignment that takes over its capacity. */
export function acceptOffer(state: RouterState, offer: OfferNode): OfferRow {
  const row = endOffer(state, offer, 'accept', null, state.now)
  state.changes.push({ type: 'offer.accepted', offer: row })
  return row
}

/** Withdraws an offer; the job is matched anew unless it has left the queue. */
export function revokeOffer(state: RouterState, offer: OfferNode, reason: OfferRevokeReason): void {
  const row = endOffer(state, offer, 'revoke', reason, null)
  state.changes.push({ type: 'offer.revoked', offer: row })
  refreshWorker(state, offer.worker)
  reopen(state, offer.job)
}

/** Withdraws every offer of a job. */
export function revokeOffersOf(state: RouterState, job: JobNode, reason: OfferRevokeReason): void {
  for (const offer of job.offers.toReversed()) revokeOffer(state, offer, reason)
}

/** The worker said no: others are tried first, and the worker not before the queue's `declineRetryMs`. */
export function declineOffer(state: RouterState, offer: OfferNode): void {
  const { job, worker } = offer
  const row = endOffer(state, offer, 'decline', null, state.now + job.queue.row.declineRetryMs)
  markTried(job, row)
  state.changes.push({ type: 'offer.declined', offer: row })
  scheduleRetry(state, job)
  forgetMissed(state, worker)
  refreshWorker(state, worker)
  reopen(state, job)
}

/** The alert time ran out: the next worker is tried; too many in a row put this one away. */
export function expireOffer(state: RouterState, offer: OfferNode): void {
  const { job, worker } = offer
  const row = endOffer(state, offer, 'expire', null, state.now)
  markTried(job, row)
  state.changes.push({ type: 'offer.expired', offer: row })
  const missedOffers = worker.row.missedOffers + 1
  const goesAway = missedOffers >= state.missedOffersLimit
  worker.row = goesAway
    ? { ...worker.row, missedOffers, presence: 'away', presenceReason: 'missedOffers' }
    : { ...worker.row, missedOffers }
  state.changes.push({ type: 'worker.updated', worker: worker.row })
  refreshWorker(state, worker)
  if (goesAway) revokeUnreachable(state, worker, 'workerUnavailable')
  reopen(state, job)
}

/** The worker acted: missed offers no longer count. */
export function forgetMissed(state: RouterState, worker: WorkerNode): void {
  if (worker.row.missedOffers === 0) return
  worker.row = { ...worker.row, missedOffers: 0 }
  state.changes.push({ type: 'worker.updated', worker: worker.row })
}

/** Withdraws the offers that the worker may no longer be rung for. */
export function revokeUnreachable(state: RouterState, worker: WorkerNode, reason: OfferRevokeReason): void {
  for (const offer of [...worker.offers]) {
    const member = state.queues.get(offer.row.queueId)?.members.get(worker.row.id)
    if (member === undefined || !isReachable(member)) revokeOffer(state, offer, reason)
  }
}

/** Wakes the job when the first of those who declined it may be asked again. */
export function scheduleRetry(state: RouterState, job: JobNode): void {
  let at: number | null = null
  for (const { retryAt } of job.tried?.values() ?? []) {
    if (retryAt !== null && retryAt > state.now && (at === null || retryAt < at)) at = retryAt
  }
  job.retryTimer = moveTimer(state, job.retryTimer, 'retry', job.row.id, at)
}
