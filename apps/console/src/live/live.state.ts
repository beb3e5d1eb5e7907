import type {
  AssignmentView,
  Call,
  Colleague,
  Conversation,
  DeskSnapshot,
  OfferView,
  QueueView,
  SocketEventName,
  SocketEvents,
  WorkerView,
} from '@guichet/contract'

type MissedOffer = DeskSnapshot['missedOffers'][number]
type OfferOutcome = SocketEvents['offer.ended']['outcome']

/** A queue with the moment, epoch milliseconds, at which its figures were true. */
export type SeenQueue = QueueView & { seenAt: number }
/** An agent with the moment, epoch milliseconds, since which they do what they do. */
export type SeenWorker = WorkerView & { activeSince: number }

/** What the server tells live: the desk of the person signed in, and the floor when they watch it. */
export type LiveState = {
  /** `loading` until the first snapshot; later reconnections keep what is known on screen. */
  phase: 'loading' | 'ready' | 'failed'
  me: DeskSnapshot['me'] | null
  worker: WorkerView | null
  offers: readonly OfferView[]
  /** Offers that this tab is accepting now. */
  accepting: readonly OfferView['id'][]
  /** How the latest offer ended, so that the screen can say why it vanished. */
  lastEnded: { offer: OfferView; outcome: OfferOutcome } | null
  assignments: readonly AssignmentView[]
  calls: readonly Call[]
  missedOffers: readonly MissedOffer[]
  wrapUpCodes: DeskSnapshot['wrapUpCodes']
  iceServers: DeskSnapshot['iceServers']
  /** Conversations that are being read without being one's own work. */
  conversations: Readonly<Record<string, Conversation>>
  /** Who else is there and what they do, once followed. */
  colleagues: readonly Colleague[] | null
  /** Queues and agents, once watched. */
  floor: { queues: readonly SeenQueue[]; workers: readonly SeenWorker[] } | null
}

/** One event of the socket, by name. */
export type LiveEvent = {
  [N in SocketEventName]: { name: N; payload: SocketEvents[N] }
}[SocketEventName]

export type LiveAction =
  | { type: 'snapshotReceived'; snapshot: DeskSnapshot }
  | { type: 'snapshotFailed' }
  | { type: 'eventReceived'; event: LiveEvent; at: number }
  | { type: 'acceptStarted'; offerId: OfferView['id'] }
  | { type: 'acceptFailed'; offerId: OfferView['id']; gone: boolean }
  | { type: 'accepted'; offerId: OfferView['id']; assignment: AssignmentView; call: Call | null }
  | { type: 'declined'; offerId: OfferView['id'] }
  | { type: 'workerChanged'; worker: WorkerView }
  | { type: 'assignmentChanged'; assignment: AssignmentView }
  | { type: 'conversationOpened'; conversation: Conversation }
  | { type: 'floorReceived'; queues: readonly QueueView[]; workers: readonly WorkerView[]; at: number }
  | { type: 'colleaguesReceived'; colleagues: readonly Colleague[] }
  | { type: 'missedCleared' }
  | { type: 'endedShown' }

export const emptyLiveState: LiveState = {
  phase: 'loading',
  me: null,
  worker: null,
  offers: [],
  accepting: [],
  lastEnded: null,
  assignments: [],
  calls: [],
  missedOffers: [],
  wrapUpCodes: [],
  iceServers: [],
  conversations: {},
  colleagues: null,
  floor: null,
}

const upsert = <T extends { id: string }>(list: readonly T[], item: T): readonly T[] =>
  list.some(known => known.id === item.id)
    ? list.map(known => (known.id === item.id ? item : known))
    : [...list, item]

const without = <T extends { id: string }>(list: readonly T[], id: string): readonly T[] =>
  list.some(item => item.id === id) ? list.filter(item => item.id !== id) : list

const takeAssignment = (state: LiveState, assignment: AssignmentView): LiveState => ({
  ...state,
  assignments:
    assignment.state === 'closed'
      ? without(state.assignments, assignment.id)
      : upsert(state.assignments, assignment),
  conversations:
    assignment.conversation.id in state.conversations
      ? { ...state.conversations, [assignment.conversation.id]: assignment.conversation }
      : state.conversations,
})

const takeCall = (state: LiveState, call: Call): LiveState => ({
  ...state,
  // An ended call stays while its work does, because the wrap-up says how it ended.
  calls:
    call.state === 'disconnected' && !state.assignments.some(work => work.callId === call.id)
      ? without(state.calls, call.id)
      : upsert(state.calls, call),
})

const seeWorker = (worker: WorkerView): SeenWorker => ({
  ...worker,
  activeSince: Date.parse(worker.activitySince),
})

const takeWorker = (state: LiveState, worker: WorkerView): LiveState => ({
  ...state,
  worker: state.worker?.id === worker.id ? worker : state.worker,
  floor: state.floor && {
    ...state.floor,
    workers: upsert(state.floor.workers, seeWorker(worker)),
  },
})

const takeConversation = (state: LiveState, conversation: Conversation): LiveState => ({
  ...state,
  conversations: { ...state.conversations, [conversation.id]: conversation },
  assignments: state.assignments.map(work =>
    work.conversation.id === conversation.id ? { ...work, conversation } : work,
  ),
})

const endOffer = (state: LiveState, ended: SocketEvents['offer.ended']): LiveState => {
  const offer = state.offers.find(known => known.id === ended.offerId)
  const missed = ended.missed
  return {
    ...state,
    offers: without(state.offers, ended.offerId),
    accepting: state.accepting.filter(id => id !== ended.offerId),
    lastEnded:
      offer && !state.accepting.includes(offer.id) ? { offer, outcome: ended.outcome } : state.lastEnded,
    missedOffers:
      missed && !state.missedOffers.some(known => known.offerId === missed.offerId)
        ? [missed, ...state.missedOffers]
        : state.missedOffers,
  }
}

const takeEvent = (state: LiveState, event: LiveEvent, at: number): LiveState => {
  switch (event.name) {
    case 'offer.issued':
      return { ...state, offers: upsert(state.offers, event.payload.offer) }
    case 'offer.ended':
      return endOffer(state, event.payload)
    case 'assignment.changed':
      return takeAssignment(state, event.payload.assignment)
    case 'call.changed':
      return takeCall(state, event.payload.call)
    case 'conversation.changed':
      return takeConversation(state, event.payload.conversation)
    case 'worker.changed':
      return takeWorker(state, event.payload.worker)
    case 'colleagues.changed':
      return {
        ...state,
        colleagues:
          state.colleagues && event.payload.colleagues.reduce<readonly Colleague[]>(upsert, state.colleagues),
      }
    case 'queue.changed':
      return state.floor
        ? {
            ...state,
            floor: {
              ...state.floor,
              queues: upsert(state.floor.queues, { ...event.payload.queue, seenAt: at }),
            },
          }
        : state
    // Messages, typing and receipts live in the thread stores; media news in the softphone.
    case 'message.changed':
    case 'typing.started':
    case 'message.read':
    case 'thread.participantsChanged':
    case 'call.rejoinNeeded':
    case 'call.toneReceived':
      return state
  }
}

/** The state after one action; pure, and the only place where live state changes. */
export const reduceLive = (state: LiveState, action: LiveAction): LiveState => {
  switch (action.type) {
    case 'snapshotReceived': {
      const { me, worker, offers, assignments, calls, missedOffers, wrapUpCodes, iceServers } =
        action.snapshot
      const open = assignments.filter(work => work.state !== 'closed')
      return {
        ...state,
        phase: 'ready',
        me,
        worker,
        offers,
        accepting: state.accepting.filter(id => offers.some(offer => offer.id === id)),
        assignments: open,
        calls,
        missedOffers,
        wrapUpCodes,
        iceServers,
      }
    }
    case 'snapshotFailed':
      return state.phase === 'ready' ? state : { ...state, phase: 'failed' }
    case 'eventReceived':
      return takeEvent(state, action.event, action.at)
    case 'acceptStarted':
      return { ...state, accepting: [...state.accepting, action.offerId] }
    case 'acceptFailed':
      return {
        ...state,
        accepting: state.accepting.filter(id => id !== action.offerId),
        offers: action.gone ? without(state.offers, action.offerId) : state.offers,
      }
    case 'accepted': {
      const next = takeAssignment(
        {
          ...state,
          offers: without(state.offers, action.offerId),
          accepting: state.accepting.filter(id => id !== action.offerId),
        },
        action.assignment,
      )
      return action.call ? takeCall(next, action.call) : next
    }
    case 'declined':
      return { ...state, offers: without(state.offers, action.offerId) }
    case 'workerChanged':
      return takeWorker(state, action.worker)
    case 'assignmentChanged':
      return takeAssignment(state, action.assignment)
    case 'conversationOpened':
      return takeConversation(state, action.conversation)
    case 'floorReceived':
      return {
        ...state,
        floor: {
          queues: action.queues.map(queue => ({ ...queue, seenAt: action.at })),
          workers: action.workers.map(seeWorker),
        },
      }
    case 'colleaguesReceived':
      return { ...state, colleagues: action.colleagues }
    case 'missedCleared':
      return { ...state, missedOffers: [] }
    case 'endedShown':
      return { ...state, lastEnded: null }
  }
}
