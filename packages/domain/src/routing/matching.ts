import { createHeap, type HeapItem } from './heap.ts'
import type { RoutingMethod } from './model.ts'
import { issueOffer } from './offers.ts'
import { canRing, isReachable } from './readiness.ts'
import { matchesSelectors } from './selectors.ts'
import {
  compareAcrossQueues,
  type JobNode,
  type MemberNode,
  type RouterState,
  ringBit,
  type WorkerNode,
} from './state.ts'

function isOffered(job: JobNode, worker: WorkerNode): boolean {
  for (const offer of worker.offers) if (offer.job === job) return true
  return false
}

function mayRetry(job: JobNode, worker: WorkerNode, now: number): boolean {
  const tried = job.tried?.get(worker.row.id)
  return tried === undefined || (job.offers.length === 0 && (tried.retryAt ?? 0) <= now)
}

type Match = { readonly job: JobNode; readonly member: MemberNode }

/** The first job, over all the worker's queues, that the worker could be rung for now. */
function bestJob(state: RouterState, worker: WorkerNode): Match | undefined {
  if (state.ringBits[worker.index] === 0) return undefined
  let best: JobNode | undefined
  let through: MemberNode | undefined
  for (const member of worker.members) {
    const { queue } = member
    if (queue.openCount === 0) continue
    for (const lane of queue.lanes.values()) {
      if (!canRing(member, lane.channel) || !matchesSelectors(worker.row.labels, lane.selectors)) continue
      for (const job of lane.open) {
        if (best !== undefined && compareAcrossQueues(best, job, state.now) <= 0) break
        if (isOffered(job, worker) || !mayRetry(job, worker, state.now)) continue
        best = job
        through = member
        break
      }
    }
  }
  return best === undefined || through === undefined ? undefined : { job: best, member: through }
}

/** Which of two ready members the queue's routing method prefers; list order decides between equals. */
function isPreferred(method: RoutingMethod, a: MemberNode, b: MemberNode): boolean {
  if (method === 'roundRobin') {
    const difference = a.row.handled - b.row.handled
    return difference !== 0 ? difference < 0 : (a.row.lastAssignedAt ?? 0) < (b.row.lastAssignedAt ?? 0)
  }
  const difference = a.worker.load - b.worker.load
  return difference !== 0 ? difference < 0 : a.worker.row.availableSince < b.worker.row.availableSince
}

/** Whom to ring for a job among the ready members that `accepts` lets through: all, or the preferred one. */
function candidates(
  state: RouterState,
  job: JobNode,
  accepts: (worker: WorkerNode) => boolean,
): MemberNode[] {
  const { queue, row } = job
  const method = queue.row.routingMethod
  const { roster, rosterWorkers } = queue
  const found: MemberNode[] = []
  if (!queue.serves[row.channel]) return found
  const bit = ringBit(row.channel, queue.neededReach)
  for (let index = 0; index < rosterWorkers.length; index += 1) {
    if (((state.ringBits[rosterWorkers[index] as number] as number) & bit) === 0) continue
    const member = roster[index] as MemberNode
    const [best] = found
    if (best !== undefined && method !== 'attendant' && !isPreferred(method, member, best)) continue
    const { worker } = member
    if (!accepts(worker) || isOffered(job, worker)) continue
    if (row.selectors.length > 0 && !matchesSelectors(worker.row.labels, row.selectors)) continue
    if (method === 'attendant') found.push(member)
    else found[0] = member
    if (method === 'serial') break
  }
  return found
}

/** Forgets who was tried, except those whose pause after declining still runs. */
export function startRound(state: RouterState, job: JobNode): void {
  job.row = { ...job.row, round: job.row.round + 1, roundStartedAt: state.now }
  for (const [workerId, offer] of job.tried ?? []) {
    if ((offer.retryAt ?? 0) <= state.now) job.tried?.delete(workerId)
  }
}

function ring(state: RouterState, job: JobNode, members: readonly MemberNode[]): void {
  for (const member of members) issueOffer(state, job, member)
}

function beginRound(state: RouterState, job: JobNode): void {
  startRound(state, job)
  state.changes.push({ type: 'job.roundStarted', job: job.row })
}

/**
 * The member that the job prefers, if they could be rung now. What they do for the same consumer beside it does
 * not count: whoever chats with somebody may also talk with them.
 */
function preferredMember(state: RouterState, job: JobNode): MemberNode | undefined {
  const { preference, channel, selectors } = job.row
  if (preference === null || state.now >= preference.until) return undefined
  const { queue, tried } = job
  const member = queue.members.get(preference.workerId)
  if (member === undefined || !queue.serves[channel] || !isReachable(member)) return undefined
  const { worker } = member
  const limits = worker.row.channels[channel]
  if (limits === undefined || worker.jobs[channel] >= limits.maxJobs) return undefined
  const beside = worker.assignments.find(({ row }) => row.jobId === preference.besideJobId)
  const besideCost = beside?.row.state === 'active' ? beside.row.cost : 0
  if (worker.used - besideCost + limits.cost > worker.row.capacity) return undefined
  if (tried?.has(worker.row.id) || isOffered(job, worker)) return undefined
  return matchesSelectors(worker.row.labels, selectors) ? member : undefined
}

/** Offers a job by its queue's routing method, beginning a new round when all ready workers were tried. */
function place(state: RouterState, job: JobNode): void {
  if (job.lane === null) return
  if (job.row.preference !== null) {
    const preferred = preferredMember(state, job)
    if (preferred !== undefined) {
      issueOffer(state, job, preferred)
      return
    }
  }
  const { tried } = job
  const fresh = candidates(state, job, worker => tried === null || !tried.has(worker.row.id))
  if (fresh.length > 0 || tried === null || job.offers.length > 0) {
    ring(state, job, fresh)
    return
  }
  const again = candidates(state, job, worker => mayRetry(job, worker, state.now))
  if (again.length === 0) return
  beginRound(state, job)
  ring(state, job, again)
}

/** When one worker was freed and nothing else changed, nobody else can want what they can take. */
function settleAlone(state: RouterState, worker: WorkerNode): void {
  for (let found = bestJob(state, worker); found !== undefined; found = bestJob(state, worker)) {
    const { job, member } = found
    if (job.tried?.has(worker.row.id)) beginRound(state, job)
    issueOffer(state, job, member)
  }
}

type Candidate = HeapItem & { readonly job: JobNode; readonly worker: WorkerNode | null }

function settleAll(state: RouterState): void {
  const { dirtyJobs, dirtyWorkers } = state
  const heap = createHeap<Candidate>((a, b) => compareAcrossQueues(a.job, b.job, state.now))
  const look = (worker: WorkerNode) => {
    const found = bestJob(state, worker)
    if (found !== undefined) heap.push({ heapIndex: -1, job: found.job, worker })
  }
  for (const job of dirtyJobs) if (job.lane !== null) heap.push({ heapIndex: -1, job, worker: null })
  for (const worker of dirtyWorkers) look(worker)
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
    const { job, worker } = next
    place(state, job)
    if (worker !== null) look(worker)
  }
}

/**
 * Matches every job and worker touched by the event, most deserving job first. Before and after, no open job
 * has a ready worker it could ring; so only what was touched needs looking at.
 */
export function settle(state: RouterState): void {
  const { dirtyJobs, dirtyWorkers } = state
  if (dirtyJobs.size === 0 && dirtyWorkers.size === 0) return
  if (dirtyJobs.size + dirtyWorkers.size > 1) settleAll(state)
  else {
    for (const job of dirtyJobs) place(state, job)
    for (const worker of dirtyWorkers) settleAlone(state, worker)
  }
  dirtyJobs.clear()
  dirtyWorkers.clear()
}
