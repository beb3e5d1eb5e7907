import type { AssignmentRow, JobRow, RoutingChange } from '@guichet/domain/routing'
import type { JobContext } from './job-context.ts'

/** A job in the router's terms, with what it is about. */
export type RoutedJob = Omit<JobRow, 'context'> & { readonly context: JobContext }

/** A job's place in line: `position` from 1, `expectedWaitMs` null when unknown. */
export type JobPlace = { position: number; expectedWaitMs: number | null }

/** What happened to a job, told after it is stored, in order. */
export type JobSignal =
  | { kind: 'queued' | 'placed'; job: RoutedJob; place: JobPlace }
  | { kind: 'overflowed' | 'timedOut' | 'noAgents' | 'cancelled'; job: RoutedJob }
  | { kind: 'assigned' | 'unassigned' | 'completed' | 'closed'; job: RoutedJob; assignment: AssignmentRow }
  /** The job was cancelled under its assignment. */
  | { kind: 'assignmentEnded'; jobId: string; assignment: AssignmentRow }

/** The signal of a change; null when it is not about a job. A queued job's place comes from `placeOf`. */
export function toSignal(
  change: RoutingChange,
  placeOf: (jobId: string) => JobPlace | null,
): JobSignal | null {
  if (change.type === 'assignment.closed') {
    return { kind: 'assignmentEnded', jobId: change.assignment.jobId, assignment: change.assignment }
  }
  if (!('job' in change)) return null
  const job = change.job as RoutedJob
  switch (change.type) {
    case 'job.queued':
    case 'job.moved':
      return { kind: 'queued', job, place: placeOf(job.id) ?? { position: 1, expectedWaitMs: null } }
    case 'job.overflowed':
      return { kind: 'overflowed', job }
    case 'job.timedOut':
      return { kind: 'timedOut', job }
    case 'job.noAgents':
      return { kind: 'noAgents', job }
    case 'job.cancelled':
      return { kind: 'cancelled', job }
    case 'job.assigned':
      return { kind: 'assigned', job, assignment: change.assignment }
    case 'job.unassigned':
      return { kind: 'unassigned', job, assignment: change.assignment }
    case 'job.completed':
      return { kind: 'completed', job, assignment: change.assignment }
    case 'job.closed':
      return { kind: 'closed', job, assignment: change.assignment }
    case 'job.roundStarted':
      return null
  }
}
