import type { JobRow } from './model.ts'
import { selectorsKey } from './selectors.ts'
import { insertSorted, removeSorted } from './sorted.ts'
import { compareInLine, type JobNode, type OfferNode, type QueueNode } from './state.ts'

/** Shared by all jobs that ring nobody; never changed. */
export const noOffers: OfferNode[] = []

/** Makes a job in memory; it is in no line yet. */
export function createJobNode(row: JobRow, queue: QueueNode): JobNode {
  return {
    row,
    queue,
    lane: null,
    laneKey: '',
    offers: noOffers,
    tried: null,
    assignment: null,
    keyA: 0,
    keyB: 0,
    timeoutTimer: null,
    retryTimer: null,
  }
}

/** Whether the job rings the worker it prefers, and nobody else yet. */
function isReserved({ row, offers }: JobNode): boolean {
  const { preference } = row
  if (preference === null || row.round > 1 || offers.length !== 1) return false
  const [offer] = offers as [OfferNode]
  return offer.row.workerId === preference.workerId && offer.row.offeredAt < preference.until
}

/** Whether more workers may be rung for a waiting job: `attendant` rings all, the other methods one at a time. */
export function mayBeOffered(job: JobNode): boolean {
  if (job.offers.length === 0) return true
  return job.queue.row.routingMethod === 'attendant' && !isReserved(job)
}

/** Lets a waiting job be offered. */
export function openLane(job: JobNode): void {
  if (job.lane !== null) return
  const { queue } = job
  let lane = queue.lanes.get(job.laneKey)
  if (lane === undefined) {
    lane = { key: job.laneKey, channel: job.row.channel, selectors: job.row.selectors, open: [] }
    queue.lanes.set(lane.key, lane)
  }
  insertSorted(lane.open, job, compareInLine)
  job.lane = lane
  queue.openCount += 1
}

/** Keeps a job from being offered: it is ringing one worker already, or has left. */
export function closeLane(job: JobNode): void {
  const { lane, queue } = job
  if (lane === null) return
  removeSorted(lane.open, job, compareInLine)
  if (lane.open.length === 0) queue.lanes.delete(lane.key)
  job.lane = null
  queue.openCount -= 1
}

/**
 * Puts a job in its queue's line. Strict priorities order by priority, then wait. With ageing, a job of
 * priority p stands as if it had come p − 1 levels of `ageingMs` later, which never needs reordering.
 */
export function joinLine(job: JobNode): void {
  const { priority, enqueuedAt } = job.row
  const { ageingMs } = job.queue.row
  job.keyA = ageingMs === null ? priority : enqueuedAt + (priority - 1) * ageingMs
  job.keyB = enqueuedAt
  job.laneKey = `${job.row.channel}${selectorsKey(job.row.selectors)}`
  insertSorted(job.queue.line, job, compareInLine)
}

/** Takes a job out of its queue's line. */
export function leaveLine(job: JobNode): void {
  closeLane(job)
  removeSorted(job.queue.line, job, compareInLine)
}
