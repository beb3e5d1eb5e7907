import { createEmitter, type ProblemError, toProblem } from '@guichet/client'
import type { IceServer, Tone } from '@guichet/contract'
import { createCapture } from './capture.ts'
import type { DeviceStore } from './devices.store.ts'
import { createPathWatch } from './path.watch.ts'
import { createPeerLink, type LocalTracks, mediaSlots, type PeerLink } from './peer.link.ts'
import { createPictures } from './pictures.ts'
import { type Quality, readArrivals } from './quality.ts'
import type { SoftphoneEnvironment } from './softphone.environment.ts'
import { explainMediaError, SoftphoneError } from './softphone.error.ts'
import { nextSoftphoneState, type SoftphoneEvent, type SoftphoneState } from './softphone.state.ts'
import { createSound } from './sound.ts'
import { createVoice } from './voice.ts'

export type SoftphoneSnapshot = {
  state: SoftphoneState
  /** The latest thing that went wrong, in words a screen can explain; null when all is well. */
  problem: SoftphoneError | null
  isMuted: boolean
  /** Joined without a microphone: hears, and is not heard. */
  isListenOnly: boolean
  camera: boolean
  screen: boolean
  /** One's own camera, to show as a preview. */
  localCamera: MediaStream | null
  /** What comes from the other side; whether it is on, the call's participants say. */
  remoteCamera: MediaStream | null
  remoteScreen: MediaStream | null
  quality: Quality | null
  /** The browser wants a click before it plays sound: `unblockSound`. */
  soundBlocked: boolean
}

export type SoftphoneOptions = {
  environment: SoftphoneEnvironment
  iceServers: readonly IceServer[]
  devices: DeviceStore
  /** Gives the server a new offer for the same leg and returns its answer. */
  rejoin: (sdpOffer: string) => Promise<string>
  /** Called when camera or screen went on or off, whoever did it (the browser's own stop button included). */
  onPictureChange?: (picture: { camera: boolean; screen: boolean }) => void
  /** Called once when the leg is over from our side without `end`: nothing came for too long. */
  onLost?: (problem: SoftphoneError) => void
}

export type Softphone = {
  getSnapshot(): SoftphoneSnapshot
  subscribe(listener: () => void): () => void
  /**
   * Makes the offer, without asking for the microphone: a ringing desk connects ahead with it. A second call, and
   * `prepare` after it, return the same offer. @throws SoftphoneError
   */
  standBy(): Promise<string>
  /** Takes the server's answer while standing by: connects, and is silent both ways until `enter` or `connect`. */
  connectAhead(sdpAnswer: string): Promise<void>
  /**
   * Lets sound out and asks for the microphone, while the server is being asked. Without a microphone one listens
   * only, and the snapshot's problem says why.
   */
  enter(): Promise<void>
  /** Asks for the microphone and makes the offer; a second call returns the same offer. @throws SoftphoneError */
  prepare(options?: { listenOnly?: boolean }): Promise<string>
  /**
   * Takes the server's answer; sound flows from here. What was connected ahead goes on if this is its answer, and
   * is made anew else. @throws SoftphoneError `mediaFailed`
   */
  connect(sdpAnswer: string): Promise<void>
  setMuted(muted: boolean): void
  /** @throws SoftphoneError */
  setCamera(on: boolean): Promise<void>
  /** @throws SoftphoneError */
  setScreen(on: boolean): Promise<void>
  /** Sends a key as a telephone event; false when the connection cannot, so that the caller tells the server. */
  sendTone(tone: Tone): boolean
  /** Makes a new peer connection for the same leg; tracks go on. */
  rejoin(): void
  /** Rejoins at once if an attempt failed and the next is being waited for. */
  hurryRejoin(): void
  unblockSound(): Promise<void>
  /** Loudness now of one's own and of the other side's sound, 0 to 1. */
  readLevels(): { input: number; output: number }
  end(): void
}

const CONNECT_TIMEOUT_MS = 8_000
/** How long a disconnected path may mend by itself before a new one is made. */
const DISCONNECTED_PATIENCE_MS = 1_000
/** How long something may stay unheard after the network changed. */
const NETWORK_CHECK_MS = 1_500
/** After this long without a path the leg is given up. */
const REJOIN_LIMIT_MS = 45_000
const REJOIN_FIRST_MS = 300
const REJOIN_LONGEST_MS = 4_000

/** A browser's telephone: one leg, its devices and its peer connection, re-made as often as the network asks. */
export function createSoftphone(options: SoftphoneOptions): Softphone {
  const { environment, devices } = options
  const capture = createCapture(environment, devices)
  const changed = createEmitter<void>()
  const tracks: LocalTracks = { audio: null, camera: null, screen: null }
  let snapshot: SoftphoneSnapshot = {
    state: 'idle',
    problem: null,
    isMuted: false,
    isListenOnly: false,
    camera: false,
    screen: false,
    localCamera: null,
    remoteCamera: null,
    remoteScreen: null,
    quality: null,
    soundBlocked: false,
  }
  let link: PeerLink | null = null
  let preparation: Promise<string> | null = null
  let offering: Promise<string> | null = null
  /** The answer taken while standing by. */
  let aheadAnswer: string | null = null
  let linkTimer: unknown
  let rejoinTimer: unknown
  let isRejoinDue = false
  let rejoinAttempt = 0
  let lostAt: number | null = null
  /** Counts peer connections, so that news of an earlier one is not taken for news of this one. */
  let run = 0

  function patch(change: Partial<SoftphoneSnapshot>) {
    snapshot = { ...snapshot, ...change }
    changed.emit()
  }

  function move(event: SoftphoneEvent, change: Partial<SoftphoneSnapshot> = {}) {
    patch({ ...change, state: nextSoftphoneState(snapshot.state, event) })
  }

  const isOver = () => snapshot.state === 'ended'
  const isUnderWay = () => ['connecting', 'connected', 'reconnecting'].includes(snapshot.state)

  const sound = createSound(environment, devices, soundBlocked => {
    if (snapshot.soundBlocked !== soundBlocked && !isOver()) patch({ soundBlocked })
  })
  const voice = createVoice({
    capture,
    sound,
    tracks,
    isMuted: () => snapshot.isMuted,
    isGone: () => isOver() || !link,
    patch,
    send: () => link?.replaceTrack('audio', tracks.audio),
  })
  const watch = createPathWatch({
    environment,
    connectedLink: () => (snapshot.state === 'connected' ? link : null),
    onQuality: quality => patch({ quality }),
    onDead: rejoin,
  })

  function openLink(): PeerLink {
    const mine = ++run
    watch.reset()
    link?.close()
    const opened = createPeerLink(environment, options.iceServers, state => {
      if (mine === run) onLinkState(state)
    })
    link = opened
    return opened
  }

  async function fill(target: PeerLink) {
    await Promise.all(mediaSlots.map(slot => target.replaceTrack(slot, tracks[slot])))
  }

  function onLinkState(state: RTCPeerConnectionState) {
    environment.clearTimer(linkTimer)
    if (!isUnderWay()) return
    if (state === 'connected') {
      lostAt = null
      rejoinAttempt = 0
      move('flow')
    } else if (state === 'failed' || state === 'closed') {
      rejoin()
    } else if (state === 'disconnected') {
      linkTimer = environment.setTimer(rejoin, DISCONNECTED_PATIENCE_MS)
    } else {
      watchConnecting()
    }
  }

  function watchConnecting() {
    environment.clearTimer(linkTimer)
    linkTimer = environment.setTimer(rejoin, CONNECT_TIMEOUT_MS)
  }

  function giveUp(problem: SoftphoneError) {
    if (isOver()) return
    finish(problem)
    options.onLost?.(problem)
  }

  function showRemote(target: PeerLink) {
    patch({ remoteCamera: target.remote.camera, remoteScreen: target.remote.screen })
    sound.play(target.remote.audio)
  }

  function rejoin() {
    if (!isUnderWay()) return
    environment.clearTimer(linkTimer)
    environment.clearTimer(rejoinTimer)
    isRejoinDue = false
    lostAt ??= environment.now()
    if (environment.now() - lostAt > REJOIN_LIMIT_MS) return giveUp(new SoftphoneError('connectionLost'))
    move('rejoin')
    void makeRejoin()
  }

  async function makeRejoin() {
    const target = openLink()
    const mine = run
    try {
      const [sdpOffer] = await Promise.all([target.createOffer(), fill(target)])
      const sdpAnswer = await options.rejoin(sdpOffer)
      if (mine !== run || isOver()) return
      await target.acceptAnswer(sdpAnswer)
      showRemote(target)
      if (mine === run && snapshot.state === 'reconnecting') watchConnecting()
    } catch (error) {
      if (mine !== run || isOver()) return
      const problem: ProblemError = toProblem(error)
      const isFinal =
        problem.code === 'not-found' || problem.code === 'invalid-transition' || problem.code === 'forbidden'
      if (isFinal) return giveUp(new SoftphoneError('connectionLost', problem.message))
      const delayMs = Math.min(REJOIN_LONGEST_MS, REJOIN_FIRST_MS * 2 ** rejoinAttempt++)
      isRejoinDue = true
      rejoinTimer = environment.setTimer(rejoin, delayMs)
    }
  }

  async function onNetworkReturn() {
    if (snapshot.state === 'reconnecting') return rejoin()
    if (snapshot.state !== 'connected' || !link) return
    const mine = run
    const before = readArrivals(await link.getStats())
    environment.setTimer(() => {
      if (mine !== run || !link || isOver()) return
      void link.getStats().then(report => {
        if (mine === run && readArrivals(report) <= before) rejoin()
      })
    }, NETWORK_CHECK_MS)
  }

  function offerOnce(): Promise<string> {
    offering ??= openLink().createOffer()
    return offering
  }

  /** Back to where one can begin again. */
  function giveBack(problem: SoftphoneError) {
    preparation = offering = aheadAnswer = null
    run += 1
    link?.close()
    link = null
    move('fail', { problem })
  }

  async function prepareOnce(listenOnly: boolean): Promise<string> {
    move('prepare', { problem: null, isListenOnly: listenOnly })
    try {
      const offer = offerOnce()
      const target = link as PeerLink
      const [microphone, sdpOffer] = await Promise.all([
        listenOnly ? sound.createSilence() : capture.openMicrophone(),
        offer,
      ])
      if (isOver()) {
        microphone?.stop()
        throw new SoftphoneError('cancelled')
      }
      voice.hold(microphone)
      await fill(target)
      move('ready')
      return sdpOffer
    } catch (error) {
      const problem = explainMediaError(error, 'microphone')
      giveBack(problem)
      throw problem
    }
  }

  const pictures = createPictures({
    environment,
    capture,
    tracks,
    state: () => snapshot,
    isOver,
    patch,
    send: slot => link?.replaceTrack(slot, tracks[slot]),
    onChange: () => options.onPictureChange?.({ camera: snapshot.camera, screen: snapshot.screen }),
  })

  const stops = [
    environment.onOnline(() => void onNetworkReturn()),
    devices.onSelect(kind => {
      if (kind === 'speaker') void sound.applySpeaker()
      else if (kind === 'camera') void pictures.replaceCamera()
      else if (tracks.audio) void voice.replace()
    }),
  ]

  function finish(problem: SoftphoneError | null) {
    if (isOver()) return
    run += 1
    watch.stop()
    for (const timer of [linkTimer, rejoinTimer]) environment.clearTimer(timer)
    for (const stop of stops) stop()
    link?.close()
    link = null
    for (const slot of mediaSlots) {
      const track = tracks[slot]
      if (track) track.onended = null
      track?.stop()
      tracks[slot] = null
    }
    sound.dispose()
    move('end', {
      problem: problem ?? snapshot.problem,
      camera: false,
      screen: false,
      localCamera: null,
      remoteCamera: null,
      remoteScreen: null,
      soundBlocked: false,
    })
  }

  return {
    getSnapshot: () => snapshot,
    subscribe: listener => changed.add(listener),
    async standBy() {
      if (snapshot.state === 'idle') move('standBy', { problem: null })
      try {
        return await offerOnce()
      } catch (error) {
        const problem = explainMediaError(error, 'microphone')
        if (snapshot.state === 'standingBy') giveBack(problem)
        throw problem
      }
    },
    async connectAhead(sdpAnswer) {
      const target = link
      // Accepted meanwhile: the answer to that decides.
      if (!target || snapshot.state !== 'standingBy' || aheadAnswer !== null) return
      aheadAnswer = sdpAnswer
      try {
        await target.acceptAnswer(sdpAnswer)
        if (link === target && snapshot.state === 'standingBy') sound.play(target.remote.audio, true)
      } catch {
        // Whatever the answer to the acceptance is, it is not this one: a new connection is made then.
        if (aheadAnswer === sdpAnswer) aheadAnswer = ''
      }
    },
    async enter() {
      if (isOver()) return
      sound.unmute()
      await voice.replace()
    },
    prepare: ({ listenOnly = false } = {}) => (preparation ??= prepareOnce(listenOnly)),
    async connect(sdpAnswer) {
      const target = link
      if (!target || (snapshot.state !== 'prepared' && snapshot.state !== 'standingBy')) {
        throw new SoftphoneError('mediaFailed', 'not prepared')
      }
      move('connect')
      watch.start()
      const state = target.state()
      const isLost = state === 'disconnected' || state === 'failed' || state === 'closed'
      if (aheadAnswer !== null && (aheadAnswer !== sdpAnswer || isLost)) return rejoin()
      onLinkState(state)
      try {
        if (aheadAnswer === null) await target.acceptAnswer(sdpAnswer)
        showRemote(target)
      } catch (error) {
        if (isOver()) return
        const problem = new SoftphoneError('mediaFailed', error instanceof Error ? error.message : undefined)
        finish(problem)
        throw problem
      }
    },
    setMuted(muted) {
      if (tracks.audio) tracks.audio.enabled = !muted
      patch({ isMuted: muted })
    },
    setCamera: on => pictures.set('camera', on),
    setScreen: on => pictures.set('screen', on),
    sendTone: tone => snapshot.state === 'connected' && (link?.insertTone(tone) ?? false),
    rejoin() {
      lostAt = null
      rejoin()
    },
    hurryRejoin() {
      if (isRejoinDue) rejoin()
    },
    unblockSound: sound.unblock,
    readLevels() {
      const levels = sound.readLevels()
      return snapshot.isMuted ? { ...levels, input: 0 } : levels
    },
    end: () => finish(null),
  }
}
