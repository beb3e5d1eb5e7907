import type { EndReason, Locale, ParticipantRole } from '@guichet/contract'
import type { CallState, LegState, ParticipantState } from '@guichet/domain'

/** Tables of this module. */
export type CallsTables = {
  calls: {
    id: string
    conversationId: string
    state: CallState
    applicationId: string | null
    locale: Locale
    topic: string | null
    jobId: string | null
    startedAt: Date
    answeredAt: Date | null
    endedAt: Date | null
    endReason: EndReason | null
    /** Raw id of who hung up; null when nobody did. */
    endedBy: string | null
  }
  callParticipants: {
    id: string
    callId: string
    rawId: string
    role: ParticipantRole
    displayName: string
    state: ParticipantState
    assignmentId: string | null
    tabId: string | null
    isMuted: boolean
    camera: boolean
    screen: boolean
    joinedAt: Date | null
    leftAt: Date | null
    leftReason: EndReason | null
  }
  callLegs: {
    id: string
    callId: string
    participantId: string
    state: LegState
    openedAt: Date
    endedAt: Date | null
  }
}
