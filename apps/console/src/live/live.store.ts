import { type ProblemError, type SocketClient, type SocketState, toProblem } from '@guichet/client'
import type { OfferView, Presence, SocketEventName, SocketResult, WorkerView } from '@guichet/contract'
import { emptyLiveState, type LiveAction, type LiveEvent, type LiveState, reduceLive } from './live.state.ts'

type ConversationId = OfferView['conversationId']
type AssignmentId = LiveState['assignments'][number]['id']

/** Server state of one tab: what is known, and the acts that change it. */
export type LiveStore = {
  getState(): LiveState
  subscribe(listener: () => void): () => void
  getConnection(): SocketState
  subscribeConnection(listener: () => void): () => void
  /** Reads the desk anew, as after every reconnection. */
  refresh(): Promise<void>
  /** @throws ProblemError */
  accept(offerId: OfferView['id'], sdpOffer?: string): Promise<SocketResult<'offer.accept'>>
  /** @throws ProblemError */
  decline(offerId: OfferView['id']): Promise<void>
  /** @throws ProblemError */
  setPresence(presence: Presence): Promise<void>
  /** @throws ProblemError */
  setOptIn(queueId: WorkerView['queues'][number]['queueId'], optedIn: boolean): Promise<void>
  /** @throws ProblemError */
  completeAssignment(assignmentId: AssignmentId): Promise<void>
  /** @throws ProblemError */
  finishWrapUp(input: { assignmentId: AssignmentId; dispositionCode?: string; note?: string }): Promise<void>
  /** Opens a conversation for reading. @throws ProblemError */
  openConversation(conversationId: ConversationId): Promise<SocketResult<'conversation.open'>>
  /** Follows queues and agents until the result is called. */
  watchFloor(): () => void
  /** Follows what colleagues do until the result is called. */
  followColleagues(): () => void
  clearMissed(): void
  clearEnded(): void
}

const names: readonly SocketEventName[] = [
  'conversation.changed',
  'call.changed',
  'offer.issued',
  'offer.ended',
  'assignment.changed',
  'worker.changed',
  'colleagues.changed',
  'queue.changed',
]

/** Problems that mean an offer is no longer there to be taken. */
const goneCodes: readonly ProblemError['code'][] = [
  'offer-expired',
  'offer-taken',
  'not-found',
  'invalid-transition',
]

/** Feeds one `LiveState` from snapshots and events, over cuts and restarts of the server. */
export const createLiveStore = (socket: SocketClient, now: () => number): LiveStore => {
  let state = emptyLiveState
  let watchers = 0
  let followers = 0
  const listeners = new Set<() => void>()
  /** Counts reads of the desk, so that a slow answer never overwrites a newer one. */
  let reads = 0

  const dispatch = (action: LiveAction) => {
    const next = reduceLive(state, action)
    if (next === state) return
    state = next
    for (const listener of [...listeners]) listener()
  }

  const refresh = async () => {
    const read = ++reads
    try {
      const snapshot = await socket.request('desk.snapshot', {})
      if (read === reads) dispatch({ type: 'snapshotReceived', snapshot })
    } catch (error) {
      if (read === reads && !toProblem(error).retryable) dispatch({ type: 'snapshotFailed' })
    }
  }

  const readFloor = async () => {
    try {
      const floor = await socket.request('supervision.watch', {})
      dispatch({ type: 'floorReceived', ...floor, at: now() })
    } catch {
      // The next connection reads it again; until then the last known floor stays on screen.
    }
  }

  const readColleagues = async () => {
    try {
      const { colleagues } = await socket.request('colleagues.watch', {})
      dispatch({ type: 'colleaguesReceived', colleagues })
    } catch {
      // The next connection reads them again; until then the last known stay on screen.
    }
  }

  for (const name of names)
    socket.on(name, payload =>
      dispatch({ type: 'eventReceived', event: { name, payload } as LiveEvent, at: now() }),
    )
  socket.onState(connection => {
    if (connection.status !== 'open') return
    void refresh()
    if (watchers > 0) void readFloor()
    if (followers > 0) void readColleagues()
  })

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getConnection: socket.getState,
    subscribeConnection: listener => socket.onState(listener),
    refresh,
    async accept(offerId, sdpOffer) {
      dispatch({ type: 'acceptStarted', offerId })
      try {
        const result = await socket.request('offer.accept', { offerId, ...(sdpOffer ? { sdpOffer } : {}) })
        dispatch({ type: 'accepted', offerId, assignment: result.assignment, call: result.call })
        return result
      } catch (error) {
        const problem = toProblem(error)
        dispatch({ type: 'acceptFailed', offerId, gone: goneCodes.includes(problem.code) })
        // A cut while accepting leaves it open whether the server heard: the desk as it stands decides.
        if (problem.code === 'timeout' || problem.code === 'offline') void refresh()
        throw problem
      }
    },
    async decline(offerId) {
      await socket.request('offer.decline', { offerId })
      dispatch({ type: 'declined', offerId })
    },
    async setPresence(presence) {
      const { worker } = await socket.request('presence.set', { presence })
      dispatch({ type: 'workerChanged', worker })
    },
    async setOptIn(queueId, optedIn) {
      const { worker } = await socket.request('queue.optIn', { queueId, optedIn })
      dispatch({ type: 'workerChanged', worker })
    },
    async completeAssignment(assignmentId) {
      const { assignment } = await socket.request('assignment.complete', { assignmentId })
      dispatch({ type: 'assignmentChanged', assignment })
    },
    async finishWrapUp(input) {
      const { assignment } = await socket.request('assignment.finishWrapUp', input)
      dispatch({ type: 'assignmentChanged', assignment })
    },
    async openConversation(conversationId) {
      const opened = await socket.request('conversation.open', { conversationId })
      dispatch({ type: 'conversationOpened', conversation: opened.conversation })
      return opened
    },
    watchFloor() {
      watchers += 1
      if (watchers === 1 && socket.getState().status === 'open') void readFloor()
      return () => {
        watchers -= 1
      }
    },
    followColleagues() {
      followers += 1
      if (followers === 1 && socket.getState().status === 'open') void readColleagues()
      return () => {
        followers -= 1
      }
    },
    clearMissed: () => dispatch({ type: 'missedCleared' }),
    clearEnded: () => dispatch({ type: 'endedShown' }),
  }
}
