import { createEmitter, type ProblemError, toProblem } from '@guichet/client'
import type { IceServer, Tone } from '@guichet/contract'
import { createCapture } from './capture.ts'
import type { DeviceStore } from './devices.store.ts'
import { createPathWatch } from './path.watch.ts'
import { createPeerLink, type LocalTracks, mediaSlots, type PeerLink } from './peer.link.ts'
import { type Quality, readArrivals } from './quality.ts'
import type { SoftphoneEnvironment } from './softphone.environment.ts'
import { explainMediaError, SoftphoneError } from './softphone.error.ts'
import { nextSoftphoneState, type SoftphoneEvent, type SoftphoneState } from './softphone.state.ts'
import { createSound } from './sound.ts'

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
   * Asks for the microphone and makes the offer; a second call returns the same offer, so that a ringing desk can
   * prepare before accepting. @throws SoftphoneError
   */
  prepare(options?: { listenOnly?: boolean }): Promise<string>
  /** Takes the server's answer; sound flows from here. @throws SoftphoneError `mediaFailed` */
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

  const sound = createSound(environment, devices, soundBlocked => {
    if (snapshot.soundBlocked !== soundBlocked && !isOver()) patch({ soundBlocked })
  })
  const watch = createPathWatch({
    environment,
    connectedLink: () => (snapshot.state === 'connected' ? link : null),
    onQuality: quality => patch({ quality }),
    onDead: rejoin,
  })

  function holdMicrophone(track: MediaStreamTrack | null) {
    if (tracks.audio && tracks.audio !== track) {
      tracks.audio.onended = null
      tracks.audio.stop()
    }
    tracks.audio = track
    sound.measureInput(track)
    if (!track) return
    track.enabled = !snapshot.isMuted
    track.onended = () => void replaceMicrophone()
  }

  /** Follows another choice of microphone, or an unplugged one; falls back to silence rather than to nothing. */
  async function replaceMicrophone() {
    if (isOver() || !link) return
    try {
      const track = await capture.openMicrophone()
      if (isOver()) return track.stop()
      holdMicrophone(track)
      patch({ isListenOnly: false, problem: null })
    } catch (error) {
      if (isOver()) return
      if (tracks.audio?.readyState !== 'live') {
        holdMicrophone(sound.createSilence())
        patch({ isListenOnly: true })
      }
      patch({ problem: explainMediaError(error, 'microphone') })
    }
    await link?.replaceTrack('audio', tracks.audio)
  }

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
    if (isOver()) return
    if (state === 'connected') {
      lostAt = null
      rejoinAttempt = 0
      move('flow', { problem: null })
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

  async function acceptAnswer(target: PeerLink, sdpAnswer: string) {
    await target.acceptAnswer(sdpAnswer)
    patch({ remoteCamera: target.remote.camera, remoteScreen: target.remote.screen })
    sound.play(target.remote.audio)
  }

  function rejoin() {
    const { state } = snapshot
    if (state !== 'connecting' && state !== 'connected' && state !== 'reconnecting') return
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
      await acceptAnswer(target, sdpAnswer)
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

  async function prepareOnce(listenOnly: boolean): Promise<string> {
    move('prepare', { problem: null, isListenOnly: listenOnly })
    const target = openLink()
    try {
      const [microphone, sdpOffer] = await Promise.all([
        listenOnly ? sound.createSilence() : capture.openMicrophone(),
        target.createOffer(),
      ])
      if (isOver()) {
        microphone?.stop()
        throw new SoftphoneError('cancelled')
      }
      holdMicrophone(microphone)
      await fill(target)
      move('ready')
      return sdpOffer
    } catch (error) {
      preparation = null
      const problem = explainMediaError(error, 'microphone')
      run += 1
      target.close()
      if (link === target) link = null
      move('fail', { problem })
      throw problem
    }
  }

  async function setPicture(slot: 'camera' | 'screen', on: boolean) {
    if (isOver() || snapshot[slot] === on) return
    let track: MediaStreamTrack | null = null
    if (on) {
      try {
        track = await (slot === 'camera' ? capture.openCamera() : capture.openScreen())
      } catch (error) {
        const problem = explainMediaError(error, slot)
        patch({ problem: problem.code === 'cancelled' ? null : problem })
        throw problem
      }
      if (isOver()) return track.stop()
      track.onended = () => void setPicture(slot, false)
    }
    holdPicture(slot, track)
    await link?.replaceTrack(slot, track)
    options.onPictureChange?.({ camera: snapshot.camera, screen: snapshot.screen })
  }

  function holdPicture(slot: 'camera' | 'screen', track: MediaStreamTrack | null) {
    const before = tracks[slot]
    if (before) {
      before.onended = null
      before.stop()
    }
    tracks[slot] = track
    patch({ [slot]: track !== null })
    if (slot === 'camera') patch({ localCamera: track && environment.createMediaStream([track]) })
  }

  async function replaceCamera() {
    if (!snapshot.camera) return
    try {
      const track = await capture.openCamera()
      if (isOver() || !snapshot.camera) return track.stop()
      track.onended = () => void setPicture('camera', false)
      holdPicture('camera', track)
      await link?.replaceTrack('camera', track)
    } catch (error) {
      patch({ problem: explainMediaError(error, 'camera') })
    }
  }

  const stops = [
    environment.onOnline(() => void onNetworkReturn()),
    devices.onSelect(kind => {
      if (kind === 'speaker') void sound.applySpeaker()
      else if (kind === 'camera') void replaceCamera()
      else if (tracks.audio) void replaceMicrophone()
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
    prepare: ({ listenOnly = false } = {}) => (preparation ??= prepareOnce(listenOnly)),
    async connect(sdpAnswer) {
      const target = link
      if (!target || snapshot.state !== 'prepared') throw new SoftphoneError('mediaFailed', 'not prepared')
      move('connect')
      watchConnecting()
      watch.start()
      try {
        await acceptAnswer(target, sdpAnswer)
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
    setCamera: on => setPicture('camera', on),
    setScreen: on => setPicture('screen', on),
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
