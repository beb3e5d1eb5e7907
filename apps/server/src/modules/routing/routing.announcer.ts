import type { OfferView } from '@guichet/contract'
import type { OfferId, QueueId } from '@guichet/domain'
import type { OfferRow, RoutingChange } from '@guichet/domain/routing'
import type { Clock, Log, Metrics, SocketHub } from '../../platform/index.ts'
import type { JobContext } from './job-context.ts'
import type { RoutingDirectory } from './routing.directory.ts'
import { presentColleague, presentMissed } from './routing.presenter.ts'
import type { RoutingService } from './routing.service.ts'

/** Live figures of a queue are told at most this often. */
const QUEUE_EVERY_MS = 500
/** Everybody is told of everybody: what colleagues do is gathered for this long. */
const COLLEAGUES_EVERY_MS = 1_000
/** The topic of whoever follows their colleagues. */
export const colleaguesTopic = 'colleagues'

const outcomes = {
  'offer.accepted': 'accepted',
  'offer.declined': 'declined',
  'offer.expired': 'expired',
  'offer.revoked': 'revoked',
} as const

/** Shows desks and live views what the router decided. */
export type RoutingAnnouncer = {
  decided(changes: readonly RoutingChange[]): void
  workerChanged(workerId: string): void
  stop(): void
}

/** @see RoutingAnnouncer */
export function createRoutingAnnouncer(deps: {
  hub: Pick<SocketHub, 'publish' | 'personTopic'>
  service: Pick<RoutingService, 'workerView' | 'queueView' | 'offerView'>
  directory: RoutingDirectory
  contextOf(jobId: string): JobContext | undefined
  clock: Clock
  log: Log
  metrics: Metrics
}): RoutingAnnouncer {
  const { hub, service, directory, clock, metrics } = deps
  const queueTimers = new Map<string, () => void>()
  const moved = new Set<string>()
  let cancelColleagues: (() => void) | null = null

  const personOf = (workerId: string) => hub.personTopic(directory.party(workerId).rawId)

  function ended(type: keyof typeof outcomes, offer: OfferRow): void {
    const outcome = offer.revokeReason === 'taken' ? 'acceptedElsewhere' : outcomes[type]
    metrics.offers.inc({ outcome })
    const context = deps.contextOf(offer.jobId)
    hub.publish(personOf(offer.workerId), 'offer.ended', {
      offerId: offer.id as OfferId,
      outcome,
      missed:
        outcome === 'expired' && context !== undefined ? presentMissed(offer, context, directory) : null,
    })
  }

  function tellQueue(queueId: string): void {
    queueTimers.delete(queueId)
    service
      .queueView(queueId as QueueId)
      .then(queue => {
        if (queue === null) return
        metrics.jobsWaiting.set({ queue: queue.name.en }, queue.live.waiting)
        hub.publish('supervision', 'queue.changed', { queue })
      })
      .catch(error => deps.log.warn({ err: error }, 'live figures could not be told'))
  }

  function tellColleagues(): void {
    cancelColleagues = null
    const views = [...moved].flatMap(workerId => service.workerView(workerId) ?? [])
    moved.clear()
    hub.publish(colleaguesTopic, 'colleagues.changed', { colleagues: views.map(presentColleague) })
  }

  function workerChanged(workerId: string): void {
    const worker = service.workerView(workerId)
    if (worker === null) return
    moved.add(workerId)
    cancelColleagues ??= clock.after(COLLEAGUES_EVERY_MS, tellColleagues)
    hub.publish(personOf(workerId), 'worker.changed', { worker })
    hub.publish('supervision', 'worker.changed', { worker })
    for (const { queueId } of worker.queues) queueChanged(queueId)
  }

  function queueChanged(queueId: string): void {
    if (!queueTimers.has(queueId)) {
      queueTimers.set(
        queueId,
        clock.after(QUEUE_EVERY_MS, () => tellQueue(queueId)),
      )
    }
  }

  return {
    decided(changes) {
      const workers = new Set<string>()
      for (const change of changes) {
        if ('offer' in change) {
          const { offer } = change
          workers.add(offer.workerId)
          if (change.type === 'offer.issued') {
            metrics.offers.inc({ outcome: 'issued' })
            const view: OfferView | null = service.offerView(offer)
            if (view !== null) hub.publish(personOf(offer.workerId), 'offer.issued', { offer: view })
          } else ended(change.type, offer)
        }
        if ('assignment' in change) workers.add(change.assignment.workerId)
        if ('worker' in change) workers.add(change.worker.id)
        if ('member' in change) workers.add(change.member.workerId)
        if ('job' in change) queueChanged(change.job.queueId)
        if (change.type === 'queue.updated') queueChanged(change.queue.id)
      }
      for (const workerId of workers) workerChanged(workerId)
    },
    workerChanged,
    stop() {
      for (const cancel of queueTimers.values()) cancel()
      queueTimers.clear()
      cancelColleagues?.()
      cancelColleagues = null
    },
  }
}
