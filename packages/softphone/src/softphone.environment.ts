import type { ClientEnvironment } from '@guichet/client'

/** What calling needs from the browser; tests replace parts of it. */
export type SoftphoneEnvironment = Pick<ClientEnvironment, 'now' | 'setTimer' | 'clearTimer' | 'onOnline'> & {
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection
  /** Absent where the page is not served securely. */
  mediaDevices: MediaDevices | undefined
  /** Whether asking for the microphone will not ask the person; false when the browser cannot say. */
  isMicrophoneAllowed(): Promise<boolean>
  createAudioContext(): AudioContext
  createAudioElement(): HTMLAudioElement
  createMediaStream(tracks: MediaStreamTrack[]): MediaStream
  /** Codecs that the browser can receive, of the kind. */
  codecs(kind: 'audio' | 'video'): readonly RTCRtpCodec[]
  /** Where chosen devices are remembered; null where storage is forbidden. */
  storage: Pick<Storage, 'getItem' | 'setItem'> | null
}
