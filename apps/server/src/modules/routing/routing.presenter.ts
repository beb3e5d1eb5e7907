import type { Colleague, MissedOffer, OfferView, QueueView, WorkerView } from '@guichet/contract'
import type { JobId, OfferId, QueueId, WorkerId } from '@guichet/domain'
import type { OfferRow, Router, WorkerView as RouterWorker } from '@guichet/domain/routing'
import type { z } from 'zod'
import type { JobContext } from './job-context.ts'
import type { RoutingDirectory } from './routing.directory.ts'

const iso = (ms: number) => new Date(ms).toISOString()

/** What an agent is told about an offer. `waitingSince` in epoch ms. */
export function presentOffer(
  offer: OfferRow,
  context: JobContext,
  waitingSince: number,
  directory: RoutingDirectory,
): OfferView {
  return {
    id: offer.id as OfferId,
    jobId: offer.jobId as JobId,
    channel: offer.channel,
    conversationId: context.conversationId,
    callId: context.callId,
    contact: context.contact,
    queueId: offer.queueId as QueueId,
    queueName: directory.queueName(offer.queueId, directory.localeOf(offer.workerId)),
    topic: context.topic,
    locale: context.locale,
    waitingSince: iso(waitingSince),
    issuedAt: iso(offer.offeredAt),
    expiresAt: iso(offer.expiresAt),
  }
}

/** What an agent is told about an offer they did not answer in time. */
export function presentMissed(
  offer: OfferRow,
  context: JobContext,
  directory: RoutingDirectory,
): z.infer<typeof MissedOffer> {
  return {
    offerId: offer.id as OfferId,
    contact: context.contact,
    queueName: directory.queueName(offer.queueId, directory.localeOf(offer.workerId)),
    channel: offer.channel,
    at: iso(offer.endedAt ?? offer.expiresAt),
  }
}

/** What a worker is doing, and since when (epoch ms): the work that began first counts. */
function activityOf(
  { assignments, offers, worker }: RouterWorker,
  presenceSince: number,
): { activity: WorkerView['activity']; since: number } {
  const active = assignments.filter(assignment => assignment.state === 'active')
  const calls = active.filter(assignment => assignment.channel === 'voice')
  const first = (instants: readonly number[]) => Math.min(...instants)
  if (calls.length > 0) return { activity: 'inCall', since: first(calls.map(row => row.assignedAt)) }
  if (active.length > 0) return { activity: 'chatting', since: first(active.map(row => row.assignedAt)) }
  if (offers.length > 0) return { activity: 'ringing', since: first(offers.map(row => row.offeredAt)) }
  if (assignments.length > 0) {
    return { activity: 'wrapUp', since: first(assignments.map(row => row.completedAt ?? row.assignedAt)) }
  }
  return { activity: 'idle', since: Math.max(worker.availableSince, presenceSince) }
}

/** What everybody at a desk sees of a colleague. */
export function presentColleague({ id, party, presence, activity, activitySince }: WorkerView): Colleague {
  return { id, party, presence, activity, activitySince }
}

/** A worker as desks and live views show them; `isGone` when no console has been open for a while. */
export function presentWorker(
  view: RouterWorker,
  facts: {
    isGone: boolean
    presenceSince: number
    optedIn(queueId: string, workerId: string): boolean | undefined
  },
  directory: RoutingDirectory,
): WorkerView {
  const { id, presence, presenceReason } = view.worker
  const locale = directory.localeOf(id)
  const lost = facts.isGone && presence !== 'offline'
  const { activity, since } = activityOf(view, facts.presenceSince)
  return {
    id: id as WorkerId,
    party: directory.party(id),
    presence: lost ? 'offline' : presence,
    presenceReason: lost ? 'connectionLost' : (presenceReason ?? 'chosen'),
    activity,
    activitySince: iso(since),
    queues: directory
      .queues()
      .filter(queue => (queue.memberIds as string[]).includes(id))
      .map(queue => ({
        queueId: queue.id,
        name: directory.queueName(queue.id, locale),
        optedIn: facts.optedIn(queue.id, id) ?? true,
      })),
    presenceSince: iso(facts.presenceSince),
  }
}

/** The live figures of a queue; zeros while nobody routes. */
export function presentFigures(router: Router | null, queueId: string, now: number): QueueView['live'] {
  const figures = router?.queueStatistics(queueId, now)
  return {
    waiting: figures?.waiting ?? 0,
    longestWaitMs: Math.max(0, Math.round(figures?.longestWaitMs ?? 0)),
    agentsReady: Math.max(figures?.ready.voice ?? 0, figures?.ready.chat ?? 0),
    agentsBusy: figures?.busy ?? 0,
    agentsWrapUp: figures?.wrapUp ?? 0,
  }
}
