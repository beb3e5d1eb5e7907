import { InvalidRoutingEventError, UnknownRoutingEntityError } from './errors.ts'
import { endWaiting, wait } from './jobs.ts'
import { leaveLine } from './line.ts'
import { type QueueRow, routingChannels } from './model.ts'
import { revokeUnreachable } from './offers.ts'
import { measureOf, noAgentsAt } from './readiness.ts'
import { detachMember } from './roster.ts'
import { createTimer, type QueueNode, type RouterState, setTimer } from './state.ts'

/** Makes a queue in memory, empty and unstaffed. */
export function createQueueNode(row: QueueRow): QueueNode {
  const queue: QueueNode = {
    row,
    members: new Map(),
    roster: [],
    rosterWorkers: [],
    line: [],
    lanes: new Map(),
    openCount: 0,
    staffed: 0,
    unstaffedSince: null,
    handleMs: { voice: null, chat: null },
    noAgentsTimer: createTimer('noAgents', row.id),
    neededReach: 2,
    serves: { voice: false, chat: false },
  }
  setRow(queue, row)
  return queue
}

function setRow(queue: QueueNode, row: QueueRow): void {
  queue.row = row
  queue.neededReach = row.presenceRouting || row.routingMethod === 'longestIdle' ? 2 : 1
  for (const channel of routingChannels) queue.serves[channel] = row.channels.includes(channel)
}

function checkSettings(row: QueueRow): void {
  const positive = row.agentAlertTimeMs > 0 && (row.ageingMs === null || row.ageingMs > 0)
  const durations = [row.wrapUpMs, row.chatWrapUpMs, row.noAgentsGraceMs, row.declineRetryMs]
  if (positive && durations.every(duration => duration >= 0)) return
  throw new InvalidRoutingEventError(
    'A queue has a duration that is negative, or zero where it may not be.',
    {
      queueId: row.id,
    },
  )
}

/** Adds a queue, or changes its settings; waiting jobs keep place and time limit. */
export function upsertQueue(state: RouterState, row: QueueRow): void {
  checkSettings(row)
  const known = state.queues.get(row.id)
  state.changes.push({ type: 'queue.updated', queue: row })
  if (known === undefined) {
    const queue = createQueueNode(row)
    queue.unstaffedSince = state.now
    state.queues.set(row.id, queue)
    state.changes.push({ type: 'queue.unstaffed', measure: measureOf(queue) })
    setTimer(state, queue.noAgentsTimer, noAgentsAt(queue))
    return
  }
  const waiting = [...known.line]
  for (const job of waiting) leaveLine(job)
  setRow(known, row)
  for (const { worker } of known.roster) state.dirtyWorkers.add(worker)
  for (const job of waiting) wait(state, job)
  for (const { worker } of known.members.values()) {
    if (worker.offers.length > 0) revokeUnreachable(state, worker, 'workerUnavailable')
  }
  setTimer(state, known.noAgentsTimer, noAgentsAt(known))
}

/** Removes a queue: waiting jobs are cancelled, work under way goes on. */
export function removeQueue(state: RouterState, queueId: string): void {
  const queue = state.queues.get(queueId)
  if (queue === undefined) throw new UnknownRoutingEntityError('queue', queueId)
  for (const job of [...queue.line]) endWaiting(state, job, 'queueRemoved')
  setTimer(state, queue.noAgentsTimer, null)
  for (const member of [...queue.members.values()]) {
    detachMember(state, member)
    state.changes.push({
      type: 'member.removed',
      queueId,
      workerId: member.row.workerId,
    })
  }
  setTimer(state, queue.noAgentsTimer, null)
  state.queues.delete(queueId)
  state.changes.push({ type: 'queue.removed', queueId })
}
