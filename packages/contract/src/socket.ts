import { ConversationId, OfferId, ThreadId } from '@guichet/domain'
import { z } from 'zod'
import {
  Call,
  CallRef,
  LegGrant,
  PrepareCall,
  PressTone,
  RejoinCall,
  SetMuted,
  SetPicture,
  StartCall,
  StartedCall,
} from './call.ts'
import {
  ChatMessage,
  DeleteMessage,
  EditMessage,
  MarkRead,
  ReadReceipt,
  SendMessage,
  SyncThread,
  Thread,
  ThreadPage,
  Typing,
} from './chat.ts'
import { Party, type Problem } from './common.ts'
import { Conversation, RateConversation } from './conversation.ts'
import {
  AcceptedOffer,
  AcceptOffer,
  AssignmentView,
  Colleague,
  CompleteAssignment,
  DeclineOffer,
  DeskSnapshot,
  FinishWrapUp,
  MissedOffer,
  OfferOutcome,
  OfferView,
  QueueView,
  SetOptIn,
  SetPresence,
  WorkerView,
} from './routing.ts'

/** Path of the one socket that widget and console share. */
export const SOCKET_PATH = '/api/socket'
/** Largest frame accepted, in bytes: an SDP offer with room to spare. */
export const MAX_FRAME_BYTES = 131_072
/** A silent connection is pinged this often and dropped after two silences. */
export const HEARTBEAT_MS = 15_000

const none = z.object({})
const ok = z.object({})

/**
 * What a client may ask over the socket: who may, what it sends, what it gets.
 * `visitor` methods act within the conversation of the token; `staff` methods within the roles of the session.
 */
export const socketMethods = {
  'chat.send': { by: ['visitor', 'staff'], params: SendMessage, result: z.object({ message: ChatMessage }) },
  'chat.edit': { by: ['visitor', 'staff'], params: EditMessage, result: z.object({ message: ChatMessage }) },
  'chat.delete': {
    by: ['visitor', 'staff'],
    params: DeleteMessage,
    result: z.object({ message: ChatMessage }),
  },
  'chat.sync': { by: ['visitor', 'staff'], params: SyncThread, result: ThreadPage },
  'chat.typing': { by: ['visitor', 'staff'], params: Typing, result: ok },
  'chat.read': { by: ['visitor', 'staff'], params: MarkRead, result: ok },

  /** The visitor's conversation as it stands; asked for after every reconnection. */
  'conversation.get': {
    by: ['visitor'],
    params: none,
    result: z.object({ conversation: Conversation, thread: Thread, call: Call.nullable() }),
  },
  /** Leaves the bot and waits for a person. */
  'conversation.requestPerson': {
    by: ['visitor'],
    params: none,
    result: z.object({ conversation: Conversation }),
  },
  /** The visitor is done; harmless when the conversation has ended. */
  'conversation.end': { by: ['visitor'], params: none, result: z.object({ conversation: Conversation }) },
  /** Goes on with a conversation that ended a short while ago; harmless when it is open. */
  'conversation.reopen': { by: ['visitor'], params: none, result: z.object({ conversation: Conversation }) },
  /** What the visitor thought of it, once it has ended; a later one replaces it for a while. */
  'conversation.rate': {
    by: ['visitor'],
    params: RateConversation,
    result: z.object({ conversation: Conversation }),
  },
  /** Opens a thread for reading and following: the agent's own work, or what a policy allows. */
  'conversation.open': {
    by: ['staff'],
    params: z.object({ conversationId: ConversationId }),
    result: z.object({ conversation: Conversation, thread: Thread }),
  },

  'call.start': { by: ['visitor'], params: StartCall, result: StartedCall },
  /**
   * Connects ahead, while a voice offer rings. Accepting with the same `sdpOffer` lets this leg into the call; it
   * ends with its offer otherwise, and accepting without one works as well.
   */
  'call.prepare': { by: ['staff'], params: PrepareCall, result: LegGrant },
  'call.rejoin': { by: ['visitor', 'staff'], params: RejoinCall, result: LegGrant },
  'call.tone': { by: ['visitor', 'staff'], params: PressTone, result: ok },
  'call.mute': { by: ['visitor', 'staff'], params: SetMuted, result: ok },
  'call.picture': { by: ['visitor', 'staff'], params: SetPicture, result: ok },
  'call.hangUp': { by: ['visitor', 'staff'], params: CallRef, result: ok },
  'call.hold': { by: ['staff'], params: CallRef, result: ok },
  'call.resume': { by: ['staff'], params: CallRef, result: ok },

  'desk.snapshot': { by: ['staff'], params: none, result: DeskSnapshot },
  'presence.set': { by: ['staff'], params: SetPresence, result: z.object({ worker: WorkerView }) },
  'queue.optIn': { by: ['staff'], params: SetOptIn, result: z.object({ worker: WorkerView }) },
  'offer.accept': { by: ['staff'], params: AcceptOffer, result: AcceptedOffer },
  'offer.decline': { by: ['staff'], params: DeclineOffer, result: ok },
  /** Ends the work with the contact; what remains is the wrap-up. */
  'assignment.complete': {
    by: ['staff'],
    params: CompleteAssignment,
    result: z.object({ assignment: AssignmentView }),
  },
  'assignment.finishWrapUp': {
    by: ['staff'],
    params: FinishWrapUp,
    result: z.object({ assignment: AssignmentView }),
  },

  /** Follows what colleagues are doing. */
  'colleagues.watch': {
    by: ['staff'],
    params: none,
    result: z.object({ colleagues: z.array(Colleague) }),
  },

  /** Follows queues and agents live (managers). */
  'supervision.watch': {
    by: ['staff'],
    params: none,
    result: z.object({ queues: z.array(QueueView), workers: z.array(WorkerView) }),
  },
} as const

export type SocketMethods = typeof socketMethods
export type SocketMethod = keyof SocketMethods
/** What the caller writes. */
export type SocketParams<M extends SocketMethod> = z.input<SocketMethods[M]['params']>
/** What the handler gets, defaults filled in. */
export type SocketInput<M extends SocketMethod> = z.output<SocketMethods[M]['params']>
export type SocketResult<M extends SocketMethod> = z.output<SocketMethods[M]['result']>

/** What the server tells, unasked. Names are `entity.pastTense`. */
export const socketEvents = {
  /** A message is new, edited or deleted; `message.version` says where it stands. */
  'message.changed': z.object({ message: ChatMessage }),
  'typing.started': z.object({ threadId: ThreadId, sender: Party }),
  'message.read': z.object({ threadId: ThreadId, receipt: ReadReceipt }),
  'thread.participantsChanged': z.object({ threadId: ThreadId, participants: z.array(Party) }),
  'conversation.changed': z.object({ conversation: Conversation }),

  'call.changed': z.object({ call: Call }),
  /** The media of this call was lost; make a new offer and `call.rejoin`. */
  'call.rejoinNeeded': z.object({ callId: CallRef.shape.callId }),
  /** A key that another party pressed, to show on screen. */
  'call.toneReceived': z.object({ callId: CallRef.shape.callId, tone: PressTone.shape.tone }),

  'offer.issued': z.object({ offer: OfferView }),
  'offer.ended': z.object({ offerId: OfferId, outcome: OfferOutcome, missed: MissedOffer.nullable() }),
  'assignment.changed': z.object({ assignment: AssignmentView }),
  'worker.changed': z.object({ worker: WorkerView }),
  /** Those who changed; told together, at most every second. */
  'colleagues.changed': z.object({ colleagues: z.array(Colleague) }),
  'queue.changed': z.object({ queue: QueueView }),
} as const

export type SocketEvents = { [N in keyof typeof socketEvents]: z.output<(typeof socketEvents)[N]> }
export type SocketEventName = keyof SocketEvents

/** First frame of a connection, within five seconds. Visitors bring their token; staff come by cookie. */
export const HelloFrame = z.object({
  type: z.literal('hello'),
  token: z.string().max(4_000).optional(),
  /** Unique per browser tab and kept over reconnections: a call belongs to one tab. */
  tabId: z.string().min(8).max(64),
})
export const RequestFrame = z.object({
  type: z.literal('request'),
  id: z.number().int().nonnegative(),
  method: z.enum(Object.keys(socketMethods) as [SocketMethod, ...SocketMethod[]]),
  params: z.unknown(),
})
export const ClientFrame = z.discriminatedUnion('type', [
  HelloFrame,
  RequestFrame,
  z.object({ type: z.literal('ping') }),
])
export type ClientFrame = z.infer<typeof ClientFrame>

export type ServerFrame =
  | { type: 'welcome'; connectionId: string; serverTime: string }
  | { type: 'response'; id: number; ok: true; result: unknown }
  | { type: 'response'; id: number; ok: false; problem: z.infer<typeof Problem> }
  | { [N in SocketEventName]: { type: 'event'; name: N; payload: SocketEvents[N] } }[SocketEventName]
  | { type: 'pong' }
  /** The server closes after this; `retry` says whether coming back makes sense. */
  | { type: 'goodbye'; problem: z.infer<typeof Problem>; retry: boolean }
