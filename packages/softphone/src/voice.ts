import type { Capture } from './capture.ts'
import type { LocalTracks } from './peer.link.ts'
import { explainMediaError, type SoftphoneError } from './softphone.error.ts'
import type { Sound } from './sound.ts'

/** One's own voice: the track that is sent, until another microphone replaces it. */
export type Voice = {
  /** Holds a track in place of the one before, which ends. */
  hold(track: MediaStreamTrack | null): void
  /** Follows another choice of microphone, or an unplugged one; falls back to silence rather than to nothing. */
  replace(): Promise<void>
}

/** Keeps the sound that is sent; `tracks` is shared with the softphone that sends it. */
export function createVoice(deps: {
  capture: Capture
  sound: Sound
  tracks: LocalTracks
  isMuted(): boolean
  /** Nobody is to be heard any more. */
  isGone(): boolean
  patch(change: { isListenOnly?: boolean; problem: SoftphoneError | null }): void
  /** Sends what is held now. */
  send(): Promise<void> | undefined
}): Voice {
  const { capture, sound, tracks, isGone, patch } = deps

  function hold(track: MediaStreamTrack | null) {
    if (tracks.audio && tracks.audio !== track) {
      tracks.audio.onended = null
      tracks.audio.stop()
    }
    tracks.audio = track
    sound.measureInput(track)
    if (!track) return
    track.enabled = !deps.isMuted()
    track.onended = () => void replace()
  }

  async function replace() {
    if (isGone()) return
    try {
      const track = await capture.openMicrophone()
      if (isGone()) return track.stop()
      hold(track)
      patch({ isListenOnly: false, problem: null })
    } catch (error) {
      if (isGone()) return
      if (tracks.audio?.readyState !== 'live') {
        hold(sound.createSilence())
        patch({ isListenOnly: true, problem: explainMediaError(error, 'microphone') })
      } else patch({ problem: explainMediaError(error, 'microphone') })
    }
    await deps.send()
  }

  return { hold, replace }
}
