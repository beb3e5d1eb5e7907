import type { AssignmentRow, RoutingChange, RoutingRows } from '@guichet/domain/routing'
import type { JobContext } from './job-context.ts'

/** What was true before a change, and what open jobs are about. */
export type RoutingFacts = {
  contextOf(jobId: string): JobContext | undefined
  queueOf(jobId: string): string | undefined
  /** Ids of the open jobs of a conversation. */
  jobsOf(conversationId: string): readonly string[]
  /** The open assignment of a job. */
  assignmentOf(jobId: string): AssignmentRow | undefined
  presenceOf(workerId: string): string | undefined
  optedIn(queueId: string, workerId: string): boolean | undefined
  /** Learns a change; what it says of a job is kept until `forget`. */
  note(change: RoutingChange): void
  /** Lets go of jobs that left the router with these changes. */
  forget(changes: readonly RoutingChange[]): void
}

const gone = new Set(['closed', 'cancelled'])

/** Facts as of the rows that a router is rebuilt from. */
export function createRoutingFacts(rows: RoutingRows): RoutingFacts {
  const contexts = new Map(rows.jobs.map(job => [job.id, job.context as JobContext]))
  const queues = new Map(rows.jobs.map(job => [job.id, job.queueId]))
  const conversations = new Map<string, Set<string>>()
  for (const job of rows.jobs) open(job.id, job.context as JobContext)
  const assignments = new Map(rows.assignments.map(row => [row.jobId, row]))
  const presences = new Map<string, string>(rows.workers.map(worker => [worker.id, worker.presence]))
  const optIns = new Map(rows.members.map(row => [`${row.queueId}/${row.workerId}`, row.optedIn]))

  function open(jobId: string, { conversationId }: JobContext): void {
    const jobs = conversations.get(conversationId) ?? new Set()
    conversations.set(conversationId, jobs.add(jobId))
  }

  return {
    contextOf: jobId => contexts.get(jobId),
    queueOf: jobId => queues.get(jobId),
    jobsOf: conversationId => [...(conversations.get(conversationId) ?? [])],
    assignmentOf: jobId => assignments.get(jobId),
    presenceOf: workerId => presences.get(workerId),
    optedIn: (queueId, workerId) => optIns.get(`${queueId}/${workerId}`),
    note(change) {
      if ('worker' in change) presences.set(change.worker.id, change.worker.presence)
      if ('member' in change) {
        optIns.set(`${change.member.queueId}/${change.member.workerId}`, change.member.optedIn)
      }
      if ('assignment' in change) {
        if (change.assignment.state === 'closed') assignments.delete(change.assignment.jobId)
        else assignments.set(change.assignment.jobId, change.assignment)
      }
      if ('job' in change) {
        contexts.set(change.job.id, change.job.context as JobContext)
        open(change.job.id, change.job.context as JobContext)
        queues.set(change.job.id, change.job.queueId)
      }
    },
    forget(changes) {
      for (const change of changes) {
        if (!('job' in change) || !gone.has(change.job.state)) continue
        const { conversationId } = change.job.context as JobContext
        const jobs = conversations.get(conversationId)
        if (jobs?.delete(change.job.id) && jobs.size === 0) conversations.delete(conversationId)
        contexts.delete(change.job.id)
        queues.delete(change.job.id)
      }
    },
  }
}
