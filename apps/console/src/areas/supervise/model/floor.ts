import type { SeenQueue, SeenWorker } from '../../../live/live.state.ts'

export type QueueTrouble = 'calm' | 'waiting' | 'noneReady' | 'breach'

/** Share of the longest allowed wait after which a queue counts as in breach. */
const BREACH_SHARE = 0.8

const rank: Readonly<Record<QueueTrouble, number>> = { breach: 0, noneReady: 1, waiting: 2, calm: 3 }

/** Longest wait of a queue now, in milliseconds: what was told, and the time since. */
export const longestWaitMs = (queue: SeenQueue, now: number): number =>
  queue.live.waiting === 0 ? 0 : queue.live.longestWaitMs + Math.max(0, now - queue.seenAt)

/** How much a queue needs help. A timeout of zero means no limit to come near to. */
export const troubleOf = (queue: SeenQueue, now: number): QueueTrouble => {
  if (queue.live.waiting === 0) return 'calm'
  if (queue.timeoutMs > 0 && longestWaitMs(queue, now) >= BREACH_SHARE * queue.timeoutMs) return 'breach'
  return queue.live.agentsReady === 0 ? 'noneReady' : 'waiting'
}

/** Queues, those in trouble first; within the same trouble the longest wait first. */
export const sortByTrouble = (queues: readonly SeenQueue[], now: number): SeenQueue[] =>
  queues.toSorted(
    (a, b) =>
      rank[troubleOf(a, now)] - rank[troubleOf(b, now)] ||
      longestWaitMs(b, now) - longestWaitMs(a, now) ||
      a.id.localeCompare(b.id),
  )

export const workerGroups = [
  'ringing',
  'inCall',
  'chatting',
  'wrapUp',
  'ready',
  'notReady',
  'offline',
] as const
export type WorkerGroup = (typeof workerGroups)[number]

/** What an agent is doing: work counts before presence, because it is what they are really at. */
export const groupOf = (worker: Pick<SeenWorker, 'presence' | 'activity'>): WorkerGroup => {
  if (worker.activity !== 'idle') return worker.activity
  if (worker.presence === 'available') return 'ready'
  return worker.presence === 'offline' ? 'offline' : 'notReady'
}

/** Agents by what they are doing, each group longest first. */
export const groupWorkers = (workers: readonly SeenWorker[]): ReadonlyMap<WorkerGroup, SeenWorker[]> =>
  new Map(
    workerGroups.map(group => [
      group,
      workers.filter(worker => groupOf(worker) === group).sort((a, b) => a.activeSince - b.activeSince),
    ]),
  )
