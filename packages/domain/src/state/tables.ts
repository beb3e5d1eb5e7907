import { defineMachine, type Machine } from './machine.ts'

/** A contact's exchange across channels. */
export const conversationMachine = defineMachine('conversation', 'open', {
  open: { close: 'closed' },
  closed: { reopen: 'open' },
})

/** One message of a thread. */
export const messageMachine = defineMachine('message', 'sent', {
  sent: { edit: 'edited', delete: 'deleted' },
  edited: { edit: 'edited', delete: 'deleted' },
  deleted: {},
})

/** The routable unit of work; words of ACS Job Router. */
export const jobMachine = defineMachine('job', 'pendingClassification', {
  pendingClassification: { classify: 'queued', schedule: 'scheduled', cancel: 'cancelled' },
  scheduled: { release: 'queued', cancel: 'cancelled' },
  queued: { assign: 'assigned', cancel: 'cancelled', move: 'queued' },
  assigned: { complete: 'completed', unassign: 'queued', cancel: 'cancelled' },
  completed: { close: 'closed' },
  closed: {},
  cancelled: { cancel: 'cancelled' },
})

/** One agent, one job, one deadline. A late expiry or revocation finds the offer already decided. */
export const offerMachine = defineMachine('offer', 'issued', {
  issued: { accept: 'accepted', decline: 'declined', expire: 'expired', revoke: 'revoked' },
  accepted: { expire: 'accepted' },
  declined: { expire: 'declined', revoke: 'declined' },
  expired: { expire: 'expired', revoke: 'expired' },
  revoked: { expire: 'revoked', revoke: 'revoked' },
})

/** An accepted offer while its work lasts, and the wrap-up after it. */
export const assignmentMachine = defineMachine('assignment', 'active', {
  active: { complete: 'wrapUp', close: 'closed' },
  wrapUp: { close: 'closed' },
  closed: { close: 'closed' },
})

/** A room with participants. @source ACS callConnectionState */
export const callMachine = defineMachine('call', 'connecting', {
  connecting: { connect: 'connected', disconnect: 'disconnecting', end: 'disconnected' },
  connected: {
    connect: 'connected',
    transfer: 'transferring',
    disconnect: 'disconnecting',
    end: 'disconnected',
  },
  transferring: { connect: 'connected', disconnect: 'disconnecting', end: 'disconnected' },
  disconnecting: { disconnect: 'disconnecting', end: 'disconnected' },
  disconnected: { disconnect: 'disconnected', end: 'disconnected' },
})

/** A party of a call. */
export const participantMachine = defineMachine('participant', 'inviting', {
  inviting: { ring: 'ringing', connect: 'connected', leave: 'leaving', end: 'left' },
  ringing: { earlyMedia: 'earlyMedia', connect: 'connected', leave: 'leaving', end: 'left' },
  earlyMedia: { connect: 'connected', leave: 'leaving', end: 'left' },
  connected: { connect: 'connected', hold: 'held', leave: 'leaving', end: 'left' },
  held: { connect: 'held', resume: 'connected', leave: 'leaving', end: 'left' },
  leaving: { leave: 'leaving', end: 'left' },
  left: { leave: 'left', end: 'left' },
})

/** One party's signalling and media path to us. */
export const legMachine = defineMachine('leg', 'new', {
  new: { negotiate: 'negotiating', end: 'ended' },
  negotiating: { flow: 'flowing', interrupt: 'interrupted', negotiate: 'negotiating', end: 'ended' },
  flowing: { flow: 'flowing', interrupt: 'interrupted', negotiate: 'negotiating', end: 'ended' },
  interrupted: { flow: 'flowing', negotiate: 'negotiating', interrupt: 'interrupted', end: 'ended' },
  ended: { flow: 'ended', interrupt: 'ended', end: 'ended' },
})

/** Every machine of the product; diagrams and exhaustive tests are made from this list. */
export const machines = [
  conversationMachine,
  messageMachine,
  jobMachine,
  offerMachine,
  assignmentMachine,
  callMachine,
  participantMachine,
  legMachine,
] as const

export type StateOf<M> = M extends Machine<infer S, infer _E> ? S : never
export type ConversationState = StateOf<typeof conversationMachine>
export type MessageState = StateOf<typeof messageMachine>
export type JobState = StateOf<typeof jobMachine>
export type OfferState = StateOf<typeof offerMachine>
export type AssignmentState = StateOf<typeof assignmentMachine>
export type CallState = StateOf<typeof callMachine>
export type ParticipantState = StateOf<typeof participantMachine>
export type LegState = StateOf<typeof legMachine>
