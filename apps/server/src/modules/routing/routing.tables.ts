import type {
  AssignmentRow,
  ChannelCapacity,
  JobEndReason,
  JobPreference,
  OfferRevokeReason,
  Presence,
  RoutingChannel,
} from '@guichet/domain/routing'

/** Tables of this module, as read. They are written by `routing.store.ts` alone. */
export type RoutingTables = {
  routingLeader: { isOnly: boolean; epoch: string }
  workers: {
    id: string
    labels: Record<string, string | number | boolean | string[]>
    capacity: number
    channels: { [channel in RoutingChannel]?: ChannelCapacity }
    presence: Presence
    presenceReason: 'missedOffers' | null
    presenceSince: Date
    connected: boolean
    missedOffers: number
    availableSince: Date
  }
  workerQueues: {
    queueId: string
    workerId: string
    optedIn: boolean
    handled: number
    lastAssignedAt: Date | null
  }
  jobs: {
    id: string
    queueId: string
    channel: RoutingChannel
    priority: number
    selectors: unknown
    preference: JobPreference | null
    state:
      | 'pendingClassification'
      | 'scheduled'
      | 'queued'
      | 'assigned'
      | 'completed'
      | 'closed'
      | 'cancelled'
    enqueuedAt: Date
    queuedAt: Date
    sequence: string
    timeoutAt: Date | null
    round: number
    roundStartedAt: Date
    endedAt: Date | null
    endReason: JobEndReason | null
    conversationId: string
    callId: string | null
    context: unknown
  }
  offers: {
    id: string
    jobId: string
    workerId: string
    queueId: string
    channel: RoutingChannel
    cost: number
    state: 'issued' | 'accepted' | 'declined' | 'expired' | 'revoked'
    offeredAt: Date
    expiresAt: Date
    endedAt: Date | null
    revokeReason: OfferRevokeReason | null
    retryAt: Date | null
    round: number
  }
  assignments: {
    id: string
    offerId: string
    jobId: string
    workerId: string
    queueId: string
    channel: RoutingChannel
    cost: number
    state: AssignmentRow['state']
    assignedAt: Date
    completedAt: Date | null
    wrapUpEndsAt: Date | null
    closedAt: Date | null
    dispositionCode: string | null
    note: string | null
  }
  queueMeasures: {
    queueId: string
    unstaffedSince: Date | null
    handleMs: { voice: number | null; chat: number | null }
  }
  wrapUpCodes: { code: string; label: { en: string; fr: string }; place: number }
}
