import { browserEnvironment } from '@guichet/client'
import type { SoftphoneEnvironment } from './softphone.environment.ts'

function storage(): Storage | null {
  try {
    return localStorage
  } catch {
    // Browsers that block site data throw on the mere mention.
    return null
  }
}

async function isMicrophoneAllowed(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state === 'granted'
  } catch {
    // Older browsers know neither the question nor this name.
    return false
  }
}

/** Calling as a real page can do it. */
export function browserSoftphoneEnvironment(): SoftphoneEnvironment {
  const { now, setTimer, clearTimer, onOnline } = browserEnvironment()
  return {
    now,
    setTimer,
    clearTimer,
    onOnline,
    createPeerConnection: configuration => new RTCPeerConnection(configuration),
    mediaDevices: navigator.mediaDevices as MediaDevices | undefined,
    isMicrophoneAllowed,
    createAudioContext: () => new AudioContext(),
    createAudioElement: () => new Audio(),
    createMediaStream: tracks => new MediaStream(tracks),
    codecs: kind => RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [],
    storage: storage(),
  }
}
