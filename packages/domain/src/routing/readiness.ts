import type { QueueMeasureRow, RoutingChannel } from './model.ts'
import { routingChannels } from './model.ts'
import { insertSorted, removeSorted } from './sorted.ts'
import {
  compareMembers,
  type MemberNode,
  type QueueNode,
  type RouterState,
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
  const { row } = member.queue
  const needed = row.presenceRouting || row.routingMethod === 'longestIdle' ? 2 : 1
  return member.row.optedIn && member.worker.reach >= needed
}

function leaveReady(member: MemberNode, channel: RoutingChannel): void {
  removeSorted(member.queue.ready[channel], member, compareMembers)
  member.ready[channel] = false
}

function refreshKeys(member: MemberNode): void {
  const { row, worker } = member
  const method = member.queue.row.routingMethod
  let keyA = 0
  let keyB = 0
  if (method === 'roundRobin') {
    keyA = row.handled
    keyB = row.lastAssignedAt ?? 0
  } else if (method === 'longestIdle') {
    keyA = worker.load
    keyB = worker.row.availableSince
  }
  if (keyA === member.keyA && keyB === member.keyB && row.order === member.keyOrder) return
  for (const channel of routingChannels) if (member.ready[channel]) leaveReady(member, channel)
  member.keyA = keyA
  member.keyB = keyB
  member.keyOrder = row.order
}

/** Brings a member's place among its queue's ready workers in line with the facts. */
export function refreshMember(state: RouterState, member: MemberNode): void {
  const { queue, worker } = member
  const staffed = member.row.optedIn && worker.staffed
  if (staffed !== member.staffed) setStaffed(state, member, staffed)
  refreshKeys(member)
  const reachable = isReachable(member)
  for (const channel of routingChannels) {
    const shouldBeReady = reachable && worker.canTake[channel] && queue.row.channels.includes(channel)
    if (shouldBeReady === member.ready[channel]) continue
    if (shouldBeReady) {
      insertSorted(queue.ready[channel], member, compareMembers)
      member.ready[channel] = true
      state.dirtyWorkers.add(worker)
    } else leaveReady(member, channel)
  }
}

/** Works out anew whom the worker can serve, from presence, console, offers and assignments. */
export function refreshWorker(state: RouterState, worker: WorkerNode): void {
  const { connected, presence, presenceReason, capacity, channels } = worker.row
  worker.staffed = connected && presence !== 'offline'
  if (!worker.staffed || presence === 'doNotDisturb' || presenceReason !== null) worker.reach = 0
  else worker.reach = presence === 'available' ? 2 : 1
  for (const channel of routingChannels) {
    const limits = channels[channel]
    worker.canTake[channel] =
      limits !== undefined && worker.jobs[channel] < limits.maxJobs && worker.used + limits.cost <= capacity
  }
  for (const member of worker.members.values()) refreshMember(state, member)
}

/** Orders a queue's ready members anew, after its settings changed. */
export function refreshQueue(state: RouterState, queue: QueueNode): void {
  for (const channel of routingChannels) {
    for (const member of queue.ready[channel]) member.ready[channel] = false
    queue.ready[channel].length = 0
  }
  for (const member of queue.members.values()) refreshMember(state, member)
}

/** Takes a member out of its queue's counts and ready lists for good. */
export function detachMember(state: RouterState, member: MemberNode): void {
  for (const channel of routingChannels) if (member.ready[channel]) leaveReady(member, channel)
  if (member.staffed) setStaffed(state, member, false)
  member.queue.members.delete(member.row.workerId)
  member.worker.members.delete(member.row.queueId)
}
