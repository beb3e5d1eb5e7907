import type { IceServer } from '@guichet/contract'
import type { SoftphoneEnvironment } from './softphone.environment.ts'

/** The three things a leg carries, in the order of their media sections. */
export const mediaSlots = ['audio', 'camera', 'screen'] as const
export type MediaSlot = (typeof mediaSlots)[number]
export type LocalTracks = Record<MediaSlot, MediaStreamTrack | null>

/** One peer connection: its three slots never change, so nothing is ever renegotiated. */
export type PeerLink = {
  /** Makes the offer; it may be sent at once, because the server learns our address from our first packet. */
  createOffer(): Promise<string>
  acceptAnswer(sdpAnswer: string): Promise<void>
  /** Puts a track into a slot, or empties it. */
  replaceTrack(slot: MediaSlot, track: MediaStreamTrack | null): Promise<void>
  /** Plays keys into the sound as telephone events; false when that cannot be done. @source RFC 4733 */
  insertTone(tone: string): boolean
  state(): RTCPeerConnectionState
  /** What comes from the other side. */
  remote: Record<MediaSlot, MediaStream>
  getStats(): Promise<Iterable<unknown>>
  close(): void
}

/** Length of one key and of the pause after it: long enough for every detector. @source ITU-T Q.24 */
const TONE_MS = 120
const TONE_GAP_MS = 80

const MAX_BITRATE = { camera: 1_500_000, screen: 2_500_000 } as const

const audioOrder = ['audio/opus', 'audio/pcmu', 'audio/pcma', 'audio/telephone-event']
const videoOrder = ['video/vp8', 'video/rtx']

/** The codecs worth offering, best first; the rest would only let an answer choose something nobody relays. */
export function preferredCodecs<C extends { mimeType: string }>(
  codecs: readonly C[],
  kind: 'audio' | 'video',
): C[] {
  const order = kind === 'audio' ? audioOrder : videoOrder
  const rank = (codec: C) => order.indexOf(codec.mimeType.toLowerCase())
  return codecs.filter(codec => rank(codec) >= 0).sort((a, b) => rank(a) - rank(b))
}

/** Opens a peer connection with its three slots, and calls back at each change of its state. */
export function createPeerLink(
  environment: Pick<SoftphoneEnvironment, 'createPeerConnection' | 'createMediaStream' | 'codecs'>,
  iceServers: readonly IceServer[],
  onState: (state: RTCPeerConnectionState) => void,
): PeerLink {
  const connection = environment.createPeerConnection({
    iceServers: iceServers as RTCIceServer[],
    bundlePolicy: 'max-bundle',
  })
  const localStream = environment.createMediaStream([])
  const transceivers = Object.fromEntries(
    mediaSlots.map(slot => {
      const kind = slot === 'audio' ? 'audio' : 'video'
      const transceiver = connection.addTransceiver(kind, { direction: 'sendrecv', streams: [localStream] })
      const codecs = preferredCodecs(environment.codecs(kind), kind)
      if (codecs.length > 0) transceiver.setCodecPreferences?.(codecs)
      return [slot, transceiver]
    }),
  ) as Record<MediaSlot, RTCRtpTransceiver>

  connection.onconnectionstatechange = () => onState(connection.connectionState)

  async function limitBitrate(slot: 'camera' | 'screen') {
    const { sender } = transceivers[slot]
    const parameters = sender.getParameters()
    const encoding = parameters.encodings?.[0]
    if (!encoding) return
    encoding.maxBitrate = MAX_BITRATE[slot]
    await sender.setParameters(parameters)
  }

  return {
    async createOffer() {
      const offer = await connection.createOffer()
      await connection.setLocalDescription(offer)
      return offer.sdp ?? ''
    },
    async acceptAnswer(sdpAnswer) {
      await connection.setRemoteDescription({ type: 'answer', sdp: sdpAnswer })
      // A refused limit costs bandwidth, never the call.
      await Promise.all([limitBitrate('camera'), limitBitrate('screen')]).catch(() => undefined)
    },
    state: () => connection.connectionState,
    replaceTrack: (slot, track) => transceivers[slot].sender.replaceTrack(track),
    insertTone(tone) {
      const { dtmf } = transceivers.audio.sender
      if (!dtmf?.canInsertDTMF) return false
      dtmf.insertDTMF(dtmf.toneBuffer + tone, TONE_MS, TONE_GAP_MS)
      return true
    },
    remote: Object.fromEntries(
      mediaSlots.map(slot => [slot, environment.createMediaStream([transceivers[slot].receiver.track])]),
    ) as Record<MediaSlot, MediaStream>,
    async getStats() {
      return (await connection.getStats()).values() as Iterable<unknown>
    },
    close() {
      connection.onconnectionstatechange = null
      connection.close()
    },
  }
}
