import type { MemberRow } from './model.ts'
import { refreshStaffed } from './readiness.ts'
import { removeFrom, sortedIndex } from './sorted.ts'
import { compareText, type MemberNode, type QueueNode, type RouterState, type WorkerNode } from './state.ts'

function compareInRoster(a: MemberNode, b: MemberNode): number {
  return a.row.order - b.row.order || compareText(a.row.workerId, b.row.workerId)
}

function enter(member: MemberNode): void {
  const { roster, rosterWorkers } = member.queue
  const index = sortedIndex(roster, member, compareInRoster)
  roster.splice(index, 0, member)
  rosterWorkers.splice(index, 0, member.worker.index)
}

function leave(member: MemberNode): void {
  const { roster, rosterWorkers } = member.queue
  const index = roster.indexOf(member)
  roster.splice(index, 1)
  rosterWorkers.splice(index, 1)
}

/** Makes a membership in memory and ties it to its queue and worker. */
export function attachMember(row: MemberRow, queue: QueueNode, worker: WorkerNode): MemberNode {
  const member: MemberNode = { row, queue, worker, staffed: false }
  queue.members.set(row.workerId, member)
  worker.members.push(member)
  if (row.optedIn) enter(member)
  return member
}

/** Changes a member's place in its queue's list. */
export function reorderMember(member: MemberNode, order: number): void {
  if (member.row.optedIn) leave(member)
  member.row = { ...member.row, order }
  if (member.row.optedIn) enter(member)
}

/** Takes a member on its queue's list of those who want to ring, or off it. */
export function setOptedIn(member: MemberNode, optedIn: boolean): void {
  if (optedIn === member.row.optedIn) return
  if (!optedIn) leave(member)
  member.row = { ...member.row, optedIn }
  if (optedIn) enter(member)
}

/** Takes a member out of its queue for good. */
export function detachMember(state: RouterState, member: MemberNode): void {
  const { members } = member.worker
  setOptedIn(member, false)
  member.queue.members.delete(member.row.workerId)
  removeFrom(members, member)
  refreshStaffed(state, member)
}
