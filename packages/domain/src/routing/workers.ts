import { InvalidRoutingEventError, UnknownRoutingEntityError } from './errors.ts'
import type { RoutingEvent } from './messages.ts'
import type { MemberRow, WorkerRow } from './model.ts'
import { forgetMissed, revokeOffer, revokeUnreachable } from './offers.ts'
import { refreshStaffed, refreshWorker } from './readiness.ts'
import { attachMember, detachMember, reorderMember, setOptedIn } from './roster.ts'
import type { MemberNode, RouterState, WorkerNode } from './state.ts'

type EventOf<T extends RoutingEvent['type']> = Extract<RoutingEvent, { type: T }>

/** Puts a worker in memory, without memberships or work. */
export function addWorker(state: RouterState, row: WorkerRow): WorkerNode {
  const worker: WorkerNode = {
    row,
    index: state.workers.size,
    members: [],
    offers: [],
    assignments: [],
    used: 0,
    load: 0,
    jobs: { voice: 0, chat: 0 },
    canTake: { voice: false, chat: false },
    reach: 0,
    staffed: false,
  }
  state.workers.set(row.id, worker)
  if (worker.index >= state.ringBits.length) {
    const grown = new Uint8Array(2 * state.ringBits.length)
    grown.set(state.ringBits)
    state.ringBits = grown
  }
  return worker
}

function getWorker(state: RouterState, workerId: string): WorkerNode {
  const worker = state.workers.get(workerId)
  if (worker === undefined) throw new UnknownRoutingEntityError('worker', workerId)
  return worker
}

/** Adds a worker, offline until told otherwise, or changes labels and capacity. */
export function upsertWorker(state: RouterState, { worker: given }: EventOf<'worker.upserted'>): void {
  for (const limits of Object.values(given.channels)) {
    if (limits.cost > 0 && limits.maxJobs >= 0) continue
    throw new InvalidRoutingEventError('A channel costs more than 0 and allows 0 or more jobs.', {
      ...limits,
    })
  }
  const { id, labels, capacity, channels } = given
  let worker = state.workers.get(id)
  if (worker === undefined) {
    worker = addWorker(state, {
      id,
      labels,
      capacity,
      channels,
      presence: 'offline',
      presenceReason: null,
      connected: false,
      missedOffers: 0,
      availableSince: state.now,
    })
  } else worker.row = { ...worker.row, labels, capacity, channels }
  state.changes.push({ type: 'worker.updated', worker: worker.row })
  refreshWorker(state, worker)
  state.dirtyWorkers.add(worker)
}

function changeWorker(
  state: RouterState,
  worker: WorkerNode,
  change: Partial<WorkerRow>,
  reason: 'workerUnavailable' | 'workerDisconnected',
): void {
  const before = worker.row
  const next = { ...before, ...change }
  const wasIdle = before.connected && before.presence === 'available'
  const isIdle = next.connected && next.presence === 'available'
  worker.row = isIdle && !wasIdle ? { ...next, availableSince: state.now } : next
  state.changes.push({ type: 'worker.updated', worker: worker.row })
  refreshWorker(state, worker)
  revokeUnreachable(state, worker, reason)
}

/** The worker says how available they are; offers they may no longer be rung for are withdrawn. */
export function setPresence(state: RouterState, event: EventOf<'worker.presenceSet'>): void {
  const worker = getWorker(state, event.workerId)
  const change = { presence: event.presence, presenceReason: null, missedOffers: 0 }
  changeWorker(state, worker, change, 'workerUnavailable')
}

/** A console is there, or the last one is gone; assignments are kept either way. */
export function setConnected(state: RouterState, workerId: string, connected: boolean): void {
  const worker = getWorker(state, workerId)
  if (worker.row.connected !== connected) changeWorker(state, worker, { connected }, 'workerDisconnected')
}

function getMember(state: RouterState, queueId: string, workerId: string): MemberNode {
  const member = state.queues.get(queueId)?.members.get(workerId)
  if (member === undefined) throw new UnknownRoutingEntityError('member', `${queueId}/${workerId}`)
  return member
}

/** The worker chooses whether to receive a queue's jobs. */
export function setOptIn(state: RouterState, event: EventOf<'worker.optSet'>): void {
  const member = getMember(state, event.queueId, event.workerId)
  setOptedIn(member, event.optedIn)
  state.changes.push({ type: 'member.updated', member: member.row })
  forgetMissed(state, member.worker)
  refreshStaffed(state, member)
  state.dirtyWorkers.add(member.worker)
  revokeUnreachable(state, member.worker, 'workerUnavailable')
}

/** Joins a worker to a queue, or changes their place in its list. */
export function upsertMember(state: RouterState, event: EventOf<'member.upserted'>): void {
  const queue = state.queues.get(event.queueId)
  if (queue === undefined) throw new UnknownRoutingEntityError('queue', event.queueId)
  const worker = getWorker(state, event.workerId)
  const known = queue.members.get(event.workerId)
  let member: MemberNode
  if (known === undefined) {
    // A newcomer starts level with the least busy: from zero, round robin would give them every call.
    let handled = Number.POSITIVE_INFINITY
    for (const other of queue.members.values()) handled = Math.min(handled, other.row.handled)
    const row: MemberRow = {
      queueId: event.queueId,
      workerId: event.workerId,
      order: event.order,
      optedIn: event.optedIn ?? true,
      handled: Number.isFinite(handled) ? handled : 0,
      lastAssignedAt: null,
    }
    member = attachMember(row, queue, worker)
  } else {
    reorderMember(known, event.order)
    member = known
  }
  state.changes.push({ type: 'member.updated', member: member.row })
  refreshStaffed(state, member)
  state.dirtyWorkers.add(worker)
}

/** Takes a worker out of a queue; their offers from it are withdrawn, their assignments kept. */
export function removeMember(state: RouterState, event: EventOf<'member.removed'>): void {
  const member = getMember(state, event.queueId, event.workerId)
  detachMember(state, member)
  state.changes.push({ type: 'member.removed', queueId: event.queueId, workerId: event.workerId })
  for (const offer of [...member.worker.offers]) {
    if (offer.row.queueId === event.queueId) revokeOffer(state, offer, 'workerUnavailable')
  }
}
