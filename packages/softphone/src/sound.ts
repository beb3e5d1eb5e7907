import type { DeviceStore } from './devices.store.ts'
import { createLevelMeter, type LevelMeter } from './level.meter.ts'
import type { SoftphoneEnvironment } from './softphone.environment.ts'

/** What is heard: plays the other side, measures both, and makes silence to send. */
export type Sound = {
  /** Plays what comes from the other side, in place of what was played before; `muted` warms the speaker up only. */
  play(stream: MediaStream, muted?: boolean): void
  /** Lets out what was played muted. */
  unmute(): void
  /** Follows the chosen loudspeaker. */
  applySpeaker(): Promise<void>
  /** Tries to play again, after a click. */
  unblock(): Promise<void>
  /** Measures one's own track from now on; null measures nothing. */
  measureInput(track: MediaStreamTrack | null): void
  /** A track that sends silence, for those who join without a microphone; null where sound cannot be made. */
  createSilence(): MediaStreamTrack | null
  readLevels(): { input: number; output: number }
  dispose(): void
}

/** One loudspeaker and two meters; `onBlocked` tells when the browser wants a click before it plays, and when not. */
export function createSound(
  environment: Pick<SoftphoneEnvironment, 'createAudioContext' | 'createAudioElement' | 'createMediaStream'>,
  devices: DeviceStore,
  onBlocked: (isBlocked: boolean) => void,
): Sound {
  let context: AudioContext | null = null
  let player: HTMLAudioElement | null = null
  let input: LevelMeter | null = null
  let output: LevelMeter | null = null

  function audioContext(): AudioContext | null {
    try {
      context ??= environment.createAudioContext()
      if (context.state === 'suspended') void context.resume().catch(() => undefined)
      return context
    } catch {
      // Levels are a nicety; a browser out of audio contexts can still call.
      return null
    }
  }

  function meter(stream: MediaStream): LevelMeter | null {
    const usable = audioContext()
    try {
      return usable && createLevelMeter(usable, stream)
    } catch {
      return null
    }
  }

  async function applySpeaker() {
    // Safari has no choice of loudspeaker.
    if (typeof player?.setSinkId !== 'function') return
    await player.setSinkId(devices.selected('speaker') ?? '').catch(() => undefined)
  }

  async function unblock() {
    if (!player) return
    audioContext()
    try {
      await player.play()
      onBlocked(false)
    } catch (error) {
      // AbortError only says that a newer stream took over.
      if (error instanceof Error && error.name === 'NotAllowedError') onBlocked(true)
    }
  }

  return {
    play(stream, muted = false) {
      player ??= environment.createAudioElement()
      player.autoplay = true
      player.muted = muted
      // The same stream set again would start over, with a gap.
      if (player.srcObject === stream) return void unblock()
      player.srcObject = stream
      output?.dispose()
      output = meter(stream)
      void applySpeaker()
      void unblock()
    },
    unmute() {
      if (player) player.muted = false
    },
    applySpeaker,
    unblock,
    measureInput(track) {
      input?.dispose()
      input = track && meter(environment.createMediaStream([track]))
    },
    createSilence: () => audioContext()?.createMediaStreamDestination().stream.getAudioTracks()[0] ?? null,
    readLevels: () => ({ input: input?.read() ?? 0, output: output?.read() ?? 0 }),
    dispose() {
      input?.dispose()
      output?.dispose()
      input = output = null
      if (player) player.srcObject = null
      void context?.close().catch(() => undefined)
      context = null
    },
  }
}
