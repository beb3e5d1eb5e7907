import { createHeap, type HeapItem } from './heap.ts'
import { issueOffer } from './offers.ts'
import { matchesSelectors } from './selectors.ts'
import {
  compareAcrossQueues,
  type JobNode,
  type MemberNode,
  type RouterState,
  type WorkerNode,
} from './state.ts'

function isOffered(job: JobNode, worker: WorkerNode): boolean {
  for (const offer of worker.offers.values()) if (offer.job === job) return true
  return false
}

function mayRetry(job: JobNode, worker: WorkerNode, now: number): boolean {
  const tried = job.tried.get(worker.row.id)
  return tried === undefined || (job.offers.size === 0 && (tried.retryAt ?? 0) <= now)
}

/** The first job, over all the worker's queues, that the worker could be rung for now. */
function bestJob(state: RouterState, worker: WorkerNode): JobNode | undefined {
  let best: JobNode | undefined
  for (const member of worker.members.values()) {
    const { queue, ready } = member
    if (queue.openCount === 0 || !(ready.voice || ready.chat)) continue
    for (const lane of queue.lanes.values()) {
      if (!ready[lane.channel] || !matchesSelectors(worker.row.labels, lane.selectors)) continue
      for (const job of lane.open) {
        if (best !== undefined && compareAcrossQueues(best, job, state.now) <= 0) break
        if (isOffered(job, worker) || !mayRetry(job, worker, state.now)) continue
        best = job
        break
      }
    }
  }
  return best
}

function candidates(job: JobNode, accepts: (worker: WorkerNode) => boolean): MemberNode[] {
  const everyone = job.queue.row.routingMethod === 'attendant'
  const found: MemberNode[] = []
  for (const member of job.queue.ready[job.row.channel]) {
    const { worker } = member
    if (!accepts(worker) || isOffered(job, worker)) continue
    if (!matchesSelectors(worker.row.labels, job.row.selectors)) continue
    found.push(member)
    if (!everyone) break
  }
  return found
}

/** Forgets who was tried, except those whose pause after declining still runs. */
export function startRound(state: RouterState, job: JobNode): void {
  job.row = { ...job.row, round: job.row.round + 1, roundStartedAt: state.now }
  for (const [workerId, offer] of job.tried) {
    if ((offer.retryAt ?? 0) <= state.now) job.tried.delete(workerId)
  }
}

/** Offers a job by its queue's routing method, beginning a new round when all ready workers were tried. */
function place(state: RouterState, job: JobNode): void {
  if (job.lane === null) return
  let found = candidates(job, worker => !job.tried.has(worker.row.id))
  if (found.length === 0 && job.tried.size > 0 && job.offers.size === 0) {
    found = candidates(job, worker => mayRetry(job, worker, state.now))
    if (found.length > 0) {
      startRound(state, job)
      state.changes.push({ type: 'job.roundStarted', job: job.row })
    }
  }
  for (const member of found) issueOffer(state, job, member)
}

type Candidate = HeapItem & { readonly job: JobNode; readonly worker: WorkerNode | null }

/**
 * Matches every job and worker touched by the event, most deserving job first. Before and after, no open job
 * has a ready worker it could ring; so only what was touched needs looking at.
 */
export function settle(state: RouterState): void {
  const { dirtyJobs, dirtyWorkers } = state
  if (dirtyJobs.size === 0 && dirtyWorkers.size === 0) return
  const heap = createHeap<Candidate>((a, b) => compareAcrossQueues(a.job, b.job, state.now))
  const look = (worker: WorkerNode) => {
    const job = bestJob(state, worker)
    if (job !== undefined) heap.push({ heapIndex: -1, job, worker })
  }
  for (const job of dirtyJobs) if (job.lane !== null) heap.push({ heapIndex: -1, job, worker: null })
  for (const worker of dirtyWorkers) look(worker)
  dirtyJobs.clear()
  dirtyWorkers.clear()
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
    const { job, worker } = next
    place(state, job)
    if (worker !== null) look(worker)
  }
}
