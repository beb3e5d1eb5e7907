import type { Capture } from './capture.ts'
import type { LocalTracks } from './peer.link.ts'
import type { SoftphoneEnvironment } from './softphone.environment.ts'
import { explainMediaError, type SoftphoneError } from './softphone.error.ts'

/** What of a softphone's snapshot is about one's own pictures. */
export type PictureState = { camera: boolean; screen: boolean; localCamera: MediaStream | null }

/** One's own camera and screen, on or off. */
export type Pictures = {
  /** @throws SoftphoneError */
  set(slot: 'camera' | 'screen', on: boolean): Promise<void>
  /** Follows another choice of camera while it is on. */
  replaceCamera(): Promise<void>
}

/** Turns pictures on and off by replacing tracks; `tracks` is shared with the softphone that sends them. */
export function createPictures(deps: {
  environment: Pick<SoftphoneEnvironment, 'createMediaStream'>
  capture: Capture
  tracks: LocalTracks
  state(): PictureState
  isOver(): boolean
  patch(change: Partial<PictureState> & { problem?: SoftphoneError | null }): void
  /** Sends what the slot holds now. */
  send(slot: 'camera' | 'screen'): Promise<void> | undefined
  /** Camera or screen went on or off, whoever did it. */
  onChange(): void
}): Pictures {
  const { environment, capture, tracks, state, isOver, patch } = deps

  async function set(slot: 'camera' | 'screen', on: boolean) {
    if (isOver() || state()[slot] === on) return
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
      track.onended = () => void set(slot, false)
    }
    hold(slot, track)
    await deps.send(slot)
    deps.onChange()
  }

  function hold(slot: 'camera' | 'screen', track: MediaStreamTrack | null) {
    const before = tracks[slot]
    if (before) {
      before.onended = null
      before.stop()
    }
    tracks[slot] = track
    patch({ [slot]: track !== null })
    if (slot === 'camera') patch({ localCamera: track && environment.createMediaStream([track]) })
  }

  return {
    set,
    async replaceCamera() {
      if (!state().camera) return
      try {
        const track = await capture.openCamera()
        if (isOver() || !state().camera) return track.stop()
        track.onended = () => void set('camera', false)
        hold('camera', track)
        await deps.send('camera')
      } catch (error) {
        patch({ problem: explainMediaError(error, 'camera') })
      }
    },
  }
}
