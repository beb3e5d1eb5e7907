import type { Channel, Locale } from '@guichet/contract'
import type { QueueId, WorkerId } from '@guichet/domain'
import type { QueueRow } from '@guichet/domain/routing'

/** A name in each language. */
export type LocalizedName = { en: string; fr: string }

/** A queue as set up: who serves it and by which rules. Durations in ms. */
export type Queue = {
  id: QueueId
  place: number
  name: LocalizedName
  channels: Channel[]
  routingMethod: QueueRow['routingMethod']
  agentAlertTimeMs: number
  wrapUpMs: number
  chatWrapUpMs: number
  presenceRouting: boolean
  overflowThreshold: number
  timeoutMs: number
  noAgentsPolicy: QueueRow['noAgentsPolicy']
  chatTopics: string[]
  isDefaultForChat: boolean
  /** In the order that serial routing follows. */
  memberIds: WorkerId[]
}

/** How long a queue may be without staff before its callers are told, so that a restart dismisses nobody. */
const NO_AGENTS_GRACE_MS = 15_000
/** How soon somebody who declined may be asked again when nobody else is left. */
const DECLINE_RETRY_MS = 5_000

/** The queue in the router's terms. */
export function toRoutingQueue(queue: Queue): QueueRow {
  return {
    id: queue.id,
    name: queue.name.en,
    channels: queue.channels,
    routingMethod: queue.routingMethod,
    agentAlertTimeMs: queue.agentAlertTimeMs,
    wrapUpMs: queue.wrapUpMs,
    chatWrapUpMs: queue.chatWrapUpMs,
    presenceRouting: queue.presenceRouting,
    overflowThreshold: queue.overflowThreshold,
    timeoutMs: queue.timeoutMs,
    noAgentsPolicy: queue.noAgentsPolicy,
    noAgentsGraceMs: NO_AGENTS_GRACE_MS,
    declineRetryMs: DECLINE_RETRY_MS,
    ageingMs: null,
  }
}

/** The name of a queue in a reader's language. */
export function queueName(queue: { name: LocalizedName }, locale: Locale): string {
  return queue.name[locale]
}
