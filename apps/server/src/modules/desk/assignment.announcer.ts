import { type Clock, type Log, type SocketHub, withLogContext } from '../../platform/index.ts'
import type { JobSignal, RoutingModule } from '../routing/index.ts'
import type { DeskService } from './desk.service.ts'

/** Shows an agent how their work stands, each assignment in the order of what happened to it. */
export function createAssignmentAnnouncer(deps: {
  hub: Pick<SocketHub, 'publish' | 'personTopic'>
  desk: Pick<DeskService, 'present'>
  routing: Pick<RoutingModule, 'directory' | 'storedJob' | 'conversationSettled'>
  clock: Clock
  log: Log
}): (signal: JobSignal) => void {
  const { hub, desk, routing, log } = deps
  const chains = new Map<string, Promise<void>>()

  return signal => {
    if (!('assignment' in signal)) return
    const { assignment } = signal
    const next = (chains.get(assignment.id) ?? Promise.resolve())
      .then(async () => {
        const job = 'job' in signal ? signal.job : await routing.storedJob(signal.jobId)
        if (job === null) return
        // The conversation in the view should already know who has it.
        await routing.conversationSettled(job.context.conversationId)
        const view = await desk.present(assignment, job.context)
        const topic = hub.personTopic(routing.directory.party(assignment.workerId).rawId)
        hub.publish(topic, 'assignment.changed', { assignment: view })
      })
      .catch(error =>
        withLogContext({ jobId: assignment.jobId }, () =>
          log.warn({ err: error }, 'agent could not be shown their work'),
        ),
      )
    chains.set(assignment.id, next)
    void next.then(() => {
      if (chains.get(assignment.id) === next) chains.delete(assignment.id)
    })
  }
}
