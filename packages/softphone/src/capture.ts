import type { DeviceStore } from './devices.store.ts'
import type { SoftphoneEnvironment } from './softphone.environment.ts'
import { explainMediaError, SoftphoneError } from './softphone.error.ts'

/** Asks the browser for microphone, camera and screen, and explains its refusals. */
export type Capture = {
  /** @throws SoftphoneError */
  openMicrophone(): Promise<MediaStreamTrack>
  /** @throws SoftphoneError */
  openCamera(): Promise<MediaStreamTrack>
  /** @throws SoftphoneError `cancelled` when the person closes the picker. */
  openScreen(): Promise<MediaStreamTrack>
}

/** Captures with the devices that the person chose. */
export function createCapture(
  environment: Pick<SoftphoneEnvironment, 'mediaDevices'>,
  devices: DeviceStore,
): Capture {
  const chosen = (kind: 'microphone' | 'camera'): MediaTrackConstraints => {
    const deviceId = devices.selected(kind)
    return deviceId === null ? {} : { deviceId: { ideal: deviceId } }
  }

  async function open(
    wanted: 'microphone' | 'camera' | 'screen',
    ask: (mediaDevices: MediaDevices) => Promise<MediaStream>,
  ): Promise<MediaStreamTrack> {
    const { mediaDevices } = environment
    if (!mediaDevices?.getUserMedia) throw new SoftphoneError('insecureContext')
    let stream: MediaStream
    try {
      stream = await ask(mediaDevices)
    } catch (error) {
      throw explainMediaError(error, wanted)
    }
    const [track] = stream.getTracks()
    if (!track) throw new SoftphoneError(wanted === 'microphone' ? 'noMicrophone' : 'noCamera')
    void devices.refresh()
    return track
  }

  return {
    openMicrophone: () =>
      open('microphone', mediaDevices =>
        mediaDevices.getUserMedia({
          audio: {
            echoCancellation: true,
            noiseSuppression: true,
            autoGainControl: true,
            channelCount: { ideal: 1 },
            ...chosen('microphone'),
          },
        }),
      ),
    openCamera: () =>
      open('camera', mediaDevices =>
        mediaDevices.getUserMedia({
          video: {
            width: { ideal: 1280 },
            height: { ideal: 720 },
            frameRate: { ideal: 24, max: 30 },
            ...chosen('camera'),
          },
        }),
      ),
    async openScreen() {
      const track = await open('screen', mediaDevices => {
        if (!mediaDevices.getDisplayMedia) throw new SoftphoneError('unsupported')
        return mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: false })
      })
      track.contentHint = 'detail'
      return track
    },
  }
}
