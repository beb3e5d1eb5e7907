import { createEmitter, type ProblemError, type SocketClient, toProblem } from '@guichet/client'
import type { Call, IceServer, LegGrant, Tone } from '@guichet/contract'
import type { DeviceStore } from './devices.store.ts'
import type { SoftphoneEnvironment } from './softphone.environment.ts'
import { SoftphoneError } from './softphone.error.ts'
import { createSoftphone, type Softphone, type SoftphoneSnapshot } from './softphone.ts'

export type ActiveCallSnapshot = {
  /** The call as the server tells it; null until it was started or accepted. */
  call: Call | null
  phone: SoftphoneSnapshot
  /** Why the server refused something, in words a screen can explain. */
  problem: ProblemError | null
}

export type ActiveCallOptions = {
  socket: SocketClient
  environment: SoftphoneEnvironment
  iceServers: readonly IceServer[]
  devices: DeviceStore
  /** Gives our offer to the server while it rings here, to connect ahead: `call.prepare` for an agent. */
  prepare?: (sdpOffer: string) => Promise<Pick<LegGrant, 'sdpAnswer'>>
  /** Gives our offer to the server: `call.start` for a visitor, `offer.accept` for an agent. */
  open: (sdpOffer: string) => Promise<{ call: Call; leg: Pick<LegGrant, 'sdpAnswer'> }>
}

export type ActiveCall = {
  getSnapshot(): ActiveCallSnapshot
  subscribe(listener: () => void): () => void
  /** Connects ahead while it rings: no microphone, and silence both ways. @throws SoftphoneError, ProblemError */
  standBy(): Promise<void>
  /** Opens the call and connects, with what stood by if something did. @throws SoftphoneError, ProblemError */
  start(options?: { listenOnly?: boolean }): Promise<Call>
  setMuted(muted: boolean): void
  setCamera(on: boolean): Promise<void>
  setScreen(on: boolean): Promise<void>
  /** A key of the keypad, sent in the sound where possible. */
  pressTone(tone: Tone): void
  /** A click on a choice of the menu. */
  chooseTone(tone: Tone): void
  /** @throws ProblemError; only staff may. */
  setOnHold(held: boolean): Promise<void>
  unblockSound(): Promise<void>
  readLevels(): { input: number; output: number }
  /** Ends the call for everybody who depends on us, and frees the devices. */
  hangUp(): void
  /** Frees devices without a word to the server: a prepared call that was never opened, or one that is over. */
  dispose(): void
}

/** A call in this tab: the server's view of it, and the softphone that carries its sound. */
export function createActiveCall(options: ActiveCallOptions): ActiveCall {
  const { socket, environment } = options
  const changed = createEmitter<void>()
  let call: Call | null = null
  let problem: ProblemError | null = null
  let snapshot: ActiveCallSnapshot | null = null
  let disposed = false
  /** News of calls heard before the answer that says which one is ours. */
  const early = new Map<Call['id'], Call>()
  /** Asked to hang up before the server had told which call it is. */
  let hungUp = false

  function touch() {
    snapshot = null
    changed.emit()
  }

  const phone: Softphone = createSoftphone({
    environment,
    iceServers: options.iceServers,
    devices: options.devices,
    async rejoin(sdpOffer) {
      if (!call) throw new SoftphoneError('mediaFailed', 'no call to rejoin')
      return (await socket.request('call.rejoin', { callId: call.id, sdpOffer })).sdpAnswer
    },
    onPictureChange(picture) {
      if (call) tell(socket.request('call.picture', { callId: call.id, ...picture }))
    },
    onLost() {
      if (call && !call.endedAt) tell(socket.request('call.hangUp', { callId: call.id }))
      touch()
    },
  })

  function tell(request: Promise<unknown>) {
    request.catch((error: unknown) => {
      problem = toProblem(error)
      touch()
    })
  }

  function take(next: Call) {
    call = next
    if (next.endedAt || next.state === 'disconnected') phone.end()
    touch()
  }

  const stops = [
    phone.subscribe(touch),
    socket.on('call.changed', event => {
      if (!call) early.set(event.call.id, event.call)
      else if (event.call.id === call.id) take(event.call)
    }),
    socket.onState(state => {
      if (state.status === 'open') phone.hurryRejoin()
    }),
    socket.on('call.rejoinNeeded', event => {
      if (call && event.callId === call.id) phone.rejoin()
    }),
  ]

  /** A microphone that may not come is waited for, before anybody is told; one that will come is not. */
  async function offer(startOptions: { listenOnly?: boolean } | undefined): Promise<string> {
    const isStandingBy = phone.getSnapshot().state === 'standingBy'
    if (!isStandingBy || startOptions?.listenOnly || !options.devices.isMicrophoneReady()) {
      return phone.prepare(startOptions)
    }
    const sdpOffer = await phone.standBy()
    void phone.enter()
    return sdpOffer
  }

  return {
    getSnapshot: () => (snapshot ??= { call, phone: phone.getSnapshot(), problem }),
    subscribe: listener => changed.add(listener),
    async standBy() {
      void options.devices.refresh()
      const sdpOffer = await phone.standBy()
      if (disposed || !options.prepare) return
      const { sdpAnswer } = await options.prepare(sdpOffer)
      await phone.connectAhead(sdpAnswer)
    },
    async start(startOptions) {
      problem = null
      const sdpOffer = await offer(startOptions)
      try {
        const opened = await options.open(sdpOffer)
        take(early.get(opened.call.id) ?? opened.call)
        early.clear()
        if (hungUp || disposed) {
          tell(socket.request('call.hangUp', { callId: opened.call.id }))
          throw new SoftphoneError('cancelled')
        }
        await phone.connect(opened.leg.sdpAnswer)
        return opened.call
      } catch (error) {
        if (!(error instanceof SoftphoneError)) problem = toProblem(error)
        else if (call && error.code === 'mediaFailed')
          tell(socket.request('call.hangUp', { callId: call.id }))
        phone.end()
        touch()
        throw error instanceof SoftphoneError ? error : problem
      }
    },
    setMuted(muted) {
      phone.setMuted(muted)
      if (call) tell(socket.request('call.mute', { callId: call.id, muted }))
    },
    setCamera: phone.setCamera,
    setScreen: phone.setScreen,
    pressTone(tone) {
      if (!phone.sendTone(tone) && call) tell(socket.request('call.tone', { callId: call.id, tone }))
    },
    chooseTone(tone) {
      if (call) tell(socket.request('call.tone', { callId: call.id, tone }))
    },
    async setOnHold(held) {
      if (call) await socket.request(held ? 'call.hold' : 'call.resume', { callId: call.id })
    },
    unblockSound: phone.unblockSound,
    readLevels: phone.readLevels,
    hangUp() {
      hungUp = true
      if (call && !call.endedAt) tell(socket.request('call.hangUp', { callId: call.id }))
      phone.end()
    },
    dispose() {
      disposed = true
      for (const stop of stops) stop()
      phone.end()
    },
  }
}
