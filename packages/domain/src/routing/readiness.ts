import type { QueueMeasureRow, RoutingChannel } from './model.ts'
import { routingChannels } from './model.ts'
import {
  type MemberNode,
  type QueueNode,
  type RouterState,
  ringBit,
  setTimer,
  type WorkerNode,
} from './state.ts'

/** What a queue remembers, as a row. */
export function measureOf(queue: QueueNode): QueueMeasureRow {
  return {
    queueId: queue.row.id,
    unstaffedSince: queue.unstaffedSince,
    handleMs: { voice: queue.handleMs.voice, chat: queue.handleMs.chat },
  }
}

/** When an unstaffed queue gives up on its jobs; null while staffed or told to keep queueing. */
export function noAgentsAt(queue: QueueNode): number | null {
  if (queue.staffed > 0 || queue.row.noAgentsPolicy === 'queue') return null
  return (queue.unstaffedSince ?? 0) + queue.row.noAgentsGraceMs
}

function setStaffed(state: RouterState, member: MemberNode, staffed: boolean): void {
  const { queue } = member
  member.staffed = staffed
  queue.staffed += staffed ? 1 : -1
  if (queue.staffed === (staffed ? 1 : 0)) {
    queue.unstaffedSince = staffed ? null : state.now
    state.changes.push({ type: staffed ? 'queue.staffed' : 'queue.unstaffed', measure: measureOf(queue) })
    setTimer(state, queue.noAgentsTimer, noAgentsAt(queue))
  }
}

/** Whether the queue's rules on presence let the worker ring. */
export function isReachable(member: MemberNode): boolean {
  return member.row.optedIn && member.worker.reach >= member.queue.neededReach
}

/** Whether the member could be rung now for one more job of the channel. */
export function canRing(member: MemberNode, channel: RoutingChannel): boolean {
  return isReachable(member) && member.worker.canTake[channel] && member.queue.serves[channel]
}

/**
 * Works out anew what the worker can serve, from presence, console, offers and assignments; whoever can be
 * rung on more than before is looked at when the event is settled.
 */
export function refreshWorker(state: RouterState, worker: WorkerNode): void {
  const { connected, presence, presenceReason, capacity, channels } = worker.row
  const { canTake, jobs, used } = worker
  const staffed = connected && presence !== 'offline'
  worker.reach = presence === 'available' ? 2 : 1
  if (!staffed || presence === 'doNotDisturb' || presenceReason !== null) worker.reach = 0
  const { voice, chat } = channels
  canTake.voice = voice !== undefined && jobs.voice < voice.maxJobs && used + voice.cost <= capacity
  canTake.chat = chat !== undefined && jobs.chat < chat.maxJobs && used + chat.cost <= capacity
  let bits = 0
  for (const channel of routingChannels) {
    if (!canTake[channel] || worker.reach === 0) continue
    bits |= ringBit(channel, 1)
    if (worker.reach === 2) bits |= ringBit(channel, 2)
  }
  const before = state.ringBits[worker.index] ?? 0
  state.ringBits[worker.index] = bits
  if ((bits & ~before) !== 0) state.dirtyWorkers.add(worker)
  if (staffed !== worker.staffed) {
    worker.staffed = staffed
    for (const member of worker.members) refreshStaffed(state, member)
  }
}

/** Counts a member as staffed, or no longer. */
export function refreshStaffed(state: RouterState, member: MemberNode): void {
  const staffed = member.row.optedIn && member.worker.staffed
  if (staffed !== member.staffed) setStaffed(state, member, staffed)
}
