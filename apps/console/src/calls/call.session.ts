import { type ProblemError, type SocketClient, toProblem } from '@guichet/client'
import type { Call, IceServer, OfferView, SocketResult, Tone } from '@guichet/contract'
import {
  type ActiveCall,
  type ActiveCallSnapshot,
  createActiveCall,
  type DeviceStore,
  type SoftphoneEnvironment,
  SoftphoneError,
} from '@guichet/softphone'
import type { CallHandover } from '../shell/tab.ts'

/** Why a call did not come about, or something in it failed: the softphone's words or the server's. */
export type CallFailure = SoftphoneError | ProblemError

/** The call of this tab, if any, as the screens read it. */
export type CallSessionState = {
  /** Set from the moment an accepted or rejoined call belongs to this tab until it is over. */
  callId: Call['id'] | null
  active: ActiveCallSnapshot | null
  /** When the other side was put on hold, epoch milliseconds. */
  heldSince: number | null
  tonesSent: string
  /** The latest key that the other side pressed. */
  toneReceived: { tone: Tone; at: number } | null
  failure: CallFailure | null
}

export type CallSession = {
  getState(): CallSessionState
  subscribe(listener: () => void): () => void
  /**
   * Connects ahead for a voice offer that rings, without a microphone and silent both ways, so that accepting waits
   * for nothing. Offers that the server tells live are prepared by themselves.
   */
  prepare(offer: OfferView): void
  /** Frees what was readied for an offer that went elsewhere; told live, that happens by itself. */
  forget(offerId: OfferView['id']): void
  /** Accepts a voice offer in this tab. @throws SoftphoneError, ProblemError */
  accept(offer: OfferView): Promise<void>
  /** Takes a running call into this tab: after a reload, or from another tab. */
  take(call: Call): Promise<void>
  /** The call that this tab held before a reload, if it is among these. */
  remembered(calls: readonly Call[]): Call | null
  /** Lets go of a call that the desk, read anew, no longer has. */
  reconcile(calls: readonly Call[]): void
  setMuted(muted: boolean): void
  setOnHold(held: boolean): void
  setCamera(on: boolean): void
  setScreen(on: boolean): void
  pressTone(tone: Tone): void
  unblockSound(): void
  readLevels(): { input: number; output: number }
  hangUp(): void
  dispose(): void
}

const KEY = 'guichet.call'
/** How long another tab, and the server after it, may take to let go of a call. */
const HANDOVER_LIMIT_MS = 10_000
const HANDOVER_EVERY_MS = 400

const quiet: CallSessionState = {
  callId: null,
  active: null,
  heldSince: null,
  tonesSent: '',
  toneReceived: null,
  failure: null,
}

/** Whether somebody of the call waits on hold. */
export const isOnHold = (call: Call): boolean =>
  call.participants.some(party => party.isOnHold && party.state !== 'left')

const asFailure = (error: unknown): CallFailure =>
  error instanceof SoftphoneError ? error : toProblem(error)

/** One call at a time in this tab: connected ahead while ringing, opened on accept, taken back after a reload. */
export const createCallSession = (deps: {
  socket: SocketClient
  environment: SoftphoneEnvironment
  devices: DeviceStore
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  iceServers: () => readonly IceServer[]
  handover: CallHandover
  acceptOffer: (offerId: OfferView['id'], sdpOffer: string) => Promise<SocketResult<'offer.accept'>>
}): CallSession => {
  const { socket, environment, storage } = deps
  const listeners = new Set<() => void>()
  let state = quiet
  let current: {
    active: ActiveCall
    offerId: OfferView['id'] | null
    /** Being opened with the server: only its answer decides what becomes of it. */
    isOpening: boolean
    stop: () => void
  } | null = null

  const patch = (change: Partial<CallSessionState>) => {
    state = { ...state, ...change }
    for (const listener of [...listeners]) listener()
  }

  const drop = () => {
    current?.stop()
    current?.active.dispose()
    current = null
  }

  const follow = () => {
    const snapshot = current?.active.getSnapshot() ?? null
    const call = snapshot?.call ?? null
    if (state.callId !== null && call && (call.endedAt || snapshot?.phone.state === 'ended')) {
      storage.removeItem(KEY)
      const failure = call.endedAt ? null : (snapshot?.phone.problem ?? null)
      drop()
      state = { ...quiet, failure }
      return patch({})
    }
    const held = call !== null && isOnHold(call)
    patch({
      active: snapshot,
      heldSince: held ? (state.heldSince ?? environment.now()) : null,
    })
  }

  const hold = (
    offerId: OfferView['id'] | null,
    open: (sdpOffer: string) => Promise<{ call: Call; leg: { sdpAnswer: string } }>,
    prepare?: (sdpOffer: string) => Promise<{ sdpAnswer: string }>,
  ) => {
    drop()
    const active = createActiveCall({
      socket,
      environment,
      iceServers: deps.iceServers(),
      devices: deps.devices,
      open,
      ...(prepare ? { prepare } : {}),
    })
    current = { active, offerId, isOpening: false, stop: active.subscribe(follow) }
    return active
  }

  const belong = (callId: Call['id']) => {
    storage.setItem(KEY, callId)
    patch({ callId, tonesSent: '', toneReceived: null, failure: null })
  }

  const openOffer = (offerId: OfferView['id']) => async (sdpOffer: string) => {
    const accepted = await deps.acceptOffer(offerId, sdpOffer)
    if (!accepted.call || !accepted.leg) throw new SoftphoneError('mediaFailed')
    belong(accepted.call.id)
    return { call: accepted.call, leg: accepted.leg }
  }

  const rejoin = async (
    callId: Call['id'],
    sdpOffer: string,
    askedAt: number | null,
  ): Promise<SocketResult<'call.rejoin'>> => {
    try {
      return await socket.request('call.rejoin', { callId, sdpOffer })
    } catch (error) {
      // The server keeps a call with the tab that carries it: that tab is asked to let go, and takes a moment.
      const now = environment.now()
      const isHeld = toProblem(error).code === 'already-in-call'
      if (!isHeld || (askedAt !== null && now - askedAt > HANDOVER_LIMIT_MS)) throw error
      if (askedAt === null) deps.handover.ask(callId)
      await new Promise<void>(resolve => environment.setTimer(resolve, HANDOVER_EVERY_MS))
      return rejoin(callId, sdpOffer, askedAt ?? now)
    }
  }

  const openTaken = (call: Call) => async (sdpOffer: string) => {
    const leg = await rejoin(call.id, sdpOffer, null)
    belong(call.id)
    return { call, leg }
  }

  const start = async (active: ActiveCall) => {
    if (current?.active === active) current.isOpening = true
    try {
      await active.start()
    } catch (error) {
      if (current?.active === active) drop()
      storage.removeItem(KEY)
      state = { ...quiet, failure: asFailure(error) }
      patch({})
      throw error
    }
  }

  const report = (promise: Promise<unknown>) => {
    promise.catch((error: unknown) => {
      const failure = asFailure(error)
      if (failure.code !== 'cancelled') patch({ failure })
    })
  }

  const letGo = () => {
    storage.removeItem(KEY)
    drop()
    state = quiet
    patch({})
  }
  const stopAsked = deps.handover.onAsked(callId => {
    if (callId === state.callId) letGo()
  })
  const prepare = (offer: OfferView) => {
    if (current || offer.channel !== 'voice') return
    const prepareOffer = (sdpOffer: string) => socket.request('call.prepare', { offerId: offer.id, sdpOffer })
    // What cannot be readied is opened on acceptance, and told then if it fails.
    hold(offer.id, openOffer(offer.id), prepareOffer)
      .standBy()
      .catch(() => undefined)
  }
  const forget = (offerId: OfferView['id']) => {
    if (current?.offerId === offerId && !current.isOpening) drop()
  }
  // Before the screen has drawn anything: an agent may accept at once.
  const stopOffers = [
    socket.on('offer.issued', ({ offer }) => prepare(offer)),
    socket.on('offer.ended', ({ offerId }) => forget(offerId)),
  ]
  const stopTones = socket.on('call.toneReceived', ({ callId, tone }) => {
    if (callId === state.callId) patch({ toneReceived: { tone, at: environment.now() } })
  })

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    prepare,
    forget,
    async accept(offer) {
      if (state.callId !== null) throw new SoftphoneError('deviceBusy')
      const active = current?.offerId === offer.id ? current.active : hold(offer.id, openOffer(offer.id))
      patch({ failure: null })
      await start(active)
    },
    async take(call) {
      if (state.callId !== null) return
      await start(hold(null, openTaken(call))).catch(() => undefined)
    },
    remembered(calls) {
      const callId = storage.getItem(KEY)
      const call = calls.find(known => known.id === callId && known.endedAt === null)
      if (callId !== null && !call && state.callId === null) storage.removeItem(KEY)
      return call ?? null
    },
    reconcile(calls) {
      if (state.callId === null || state.active?.call == null) return
      if (!calls.some(call => call.id === state.callId && call.endedAt === null)) letGo()
    },
    setMuted: muted => current?.active.setMuted(muted),
    setOnHold(held) {
      if (current) report(current.active.setOnHold(held))
    },
    setCamera(on) {
      if (current) report(current.active.setCamera(on))
    },
    setScreen(on) {
      if (current) report(current.active.setScreen(on))
    },
    pressTone(tone) {
      current?.active.pressTone(tone)
      patch({ tonesSent: (state.tonesSent + tone).slice(-24) })
    },
    unblockSound() {
      if (current) report(current.active.unblockSound())
    },
    readLevels: () => current?.active.readLevels() ?? { input: 0, output: 0 },
    hangUp: () => current?.active.hangUp(),
    dispose() {
      stopTones()
      for (const stop of stopOffers) stop()
      stopAsked()
      drop()
      state = quiet
    },
  }
}
