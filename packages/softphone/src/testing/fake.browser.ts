import type { ClientEnvironment } from '@guichet/client'
import { createFakeEnvironment } from '@guichet/client/testing'
import type { SoftphoneEnvironment } from '../softphone.environment.ts'

export type FakeTrack = {
  kind: string
  enabled: boolean
  readyState: 'live' | 'ended'
  onended: (() => void) | null
  stop(): void
}

/** A peer connection whose state a test sets; it carries nothing. */
export type FakePeer = {
  connectionState: RTCPeerConnectionState
  isClosed: boolean
  answers: string[]
  tones: string[]
  canTone: boolean
  /** What each slot sends now. */
  sending(): (FakeTrack | null)[]
  become(state: RTCPeerConnectionState): void
  /** Packets that came so far, as statistics tell them. */
  received: number
}

export function createFakeTrack(kind: string): FakeTrack {
  const track: FakeTrack = {
    kind,
    enabled: true,
    readyState: 'live',
    onended: null,
    stop() {
      track.readyState = 'ended'
    },
  }
  return track
}

/** A browser for calling under a test's control: clock, peers, devices and their refusals. */
export function createFakeBrowser() {
  const fake = createFakeEnvironment()
  const peers: FakePeer[] = []
  const captured: FakeTrack[] = []
  let refusal: Error | null = null
  let isAllowed = false

  function createPeerConnection(): RTCPeerConnection {
    const tracks: (FakeTrack | null)[] = []
    const peer: FakePeer = {
      connectionState: 'new',
      isClosed: false,
      answers: [],
      tones: [],
      canTone: true,
      received: 0,
      sending: () => tracks,
      become(state) {
        peer.connectionState = state
        connection.connectionState = state
        connection.onconnectionstatechange?.()
      },
    }
    peers.push(peer)
    const number = peers.length
    const connection = {
      connectionState: 'new' as RTCPeerConnectionState,
      onconnectionstatechange: null as (() => void) | null,
      addTransceiver() {
        const slot = tracks.push(null) - 1
        return {
          setCodecPreferences() {},
          receiver: { track: createFakeTrack('remote') },
          sender: {
            replaceTrack: async (track: FakeTrack | null) => {
              tracks[slot] = track
            },
            getParameters: () => ({ encodings: [{}] }),
            setParameters: async () => {},
            get dtmf() {
              return {
                canInsertDTMF: peer.canTone,
                toneBuffer: '',
                insertDTMF: (tones: string) => peer.tones.push(tones),
              }
            },
          },
        }
      },
      createOffer: async () => ({ type: 'offer', sdp: `offer-${number}` }),
      setLocalDescription: async () => {},
      setRemoteDescription: async ({ sdp }: { sdp: string }) => {
        if (sdp === 'garbage') throw new Error('cannot be read')
        peer.answers.push(sdp)
      },
      getStats: async () =>
        new Map([['in', { type: 'inbound-rtp', kind: 'audio', packetsReceived: peer.received }]]),
      close() {
        peer.isClosed = true
      },
    }
    return connection as unknown as RTCPeerConnection
  }

  function capture(kind: string): MediaStream {
    if (refusal) throw refusal
    const track = createFakeTrack(kind)
    captured.push(track)
    return { getTracks: () => [track] } as unknown as MediaStream
  }

  const environment: SoftphoneEnvironment & ClientEnvironment = {
    ...fake.environment,
    createPeerConnection,
    mediaDevices: {
      getUserMedia: async (wanted: MediaStreamConstraints) => capture(wanted.audio ? 'audio' : 'video'),
      getDisplayMedia: async () => capture('screen'),
      enumerateDevices: async () => [{ kind: 'audioinput', deviceId: 'mic', label: '' }],
      addEventListener() {},
      removeEventListener() {},
    } as unknown as MediaDevices,
    isMicrophoneAllowed: async () => isAllowed,
    createAudioContext: () => {
      throw new Error('no sound here')
    },
    createAudioElement: () => ({ play: async () => {} }) as unknown as HTMLAudioElement,
    createMediaStream: tracks => ({ tracks }) as unknown as MediaStream,
    codecs: () => [],
    storage: null,
  }

  return {
    ...fake,
    environment,
    peers,
    captured,
    /** The newest peer connection. */
    peer(): FakePeer {
      const peer = peers.at(-1)
      if (!peer) throw new Error('no peer connection was made')
      return peer
    },
    allowMicrophone() {
      isAllowed = true
    },
    refuseDevices(name: string | null) {
      refusal = name === null ? null : Object.assign(new Error(name), { name })
    },
  }
}
