import {
  installPictureTools,
  installSoundTools,
  peak,
  waitForPicture,
  waitForSound,
} from '@guichet/testkit/browser'
import type { Page } from 'playwright-core'

/**
 * Gives a page a microphone that plays one tone, and keeps every track it receives, whatever code of ours asked
 * for them. The permission and the camera stay Chromium's own.
 */
export async function giveSenses(page: Page, toneHz: number): Promise<void> {
  await page.addInitScript(toneHz => {
    const received: MediaStreamTrack[] = []
    Object.assign(window, { e2eReceived: received })
    const Native = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        this.addEventListener('track', event => received.push(event.track))
      }
    }
    const devices = navigator.mediaDevices
    const ask = devices.getUserMedia.bind(devices)
    devices.getUserMedia = async constraints => {
      const stream = await ask(constraints)
      for (const track of stream.getAudioTracks()) {
        stream.removeTrack(track)
        track.stop()
        stream.addTrack(toneTrack(toneHz))
      }
      return stream
    }
    devices.getDisplayMedia = async () => {
      const canvas = document.createElement('canvas')
      canvas.width = 640
      canvas.height = 360
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D
      let step = 0
      setInterval(() => {
        pen.fillStyle = '#c02020'
        pen.fillRect(0, 0, 640, 360)
        pen.fillStyle = '#ffffff'
        step = (step + 9) % 640
        pen.fillRect(step, 0, 24, 360)
      }, 66)
      return canvas.captureStream(15)
    }
    function toneTrack(hz: number): MediaStreamTrack {
      const context = new AudioContext()
      const oscillator = context.createOscillator()
      const level = context.createGain()
      const out = context.createMediaStreamDestination()
      oscillator.frequency.value = hz
      level.gain.value = 0.5
      oscillator.connect(level).connect(out)
      oscillator.start()
      return out.stream.getAudioTracks()[0] as MediaStreamTrack
    }
  }, toneHz)
}

let ears = 0

/** Listens to the last sound track the page received; name it to the functions of the sound tools. */
export async function openEar(page: Page): Promise<string> {
  await installSoundTools(page)
  const name = `ear-${++ears}`
  await page.waitForFunction(() =>
    (window as unknown as { e2eReceived: MediaStreamTrack[] }).e2eReceived.some(
      track => track.kind === 'audio' && track.readyState === 'live',
    ),
  )
  await page.evaluate(name => {
    const scope = window as unknown as {
      e2eReceived: MediaStreamTrack[]
      soundTools: { listen(name: string, track: MediaStreamTrack): void }
    }
    const track = scope.e2eReceived
      .filter(track => track.kind === 'audio' && track.readyState === 'live')
      .at(-1)
    if (track) scope.soundTools.listen(name, track)
  }, name)
  return name
}

/** Waits until the page hears one tone and not the other. */
export async function hears(page: Page, heardHz: number, absentHz?: number): Promise<void> {
  const ear = await openEar(page)
  await waitForSound(page, ear, {
    heard: [heardHz],
    ...(absentHz === undefined ? {} : { absent: [absentHz] }),
    timeoutMs: 10_000,
  })
}

/** Waits until the page hears nothing of a tone. */
export async function hearsNot(page: Page, absentHz: number): Promise<void> {
  await waitForSound(page, await openEar(page), { absent: [absentHz], timeoutMs: 10_000 })
}

/** Waits until the page hears something that is none of the given tones: speech or music. */
export async function hearsMusic(page: Page, notHz: readonly number[]): Promise<void> {
  const ear = await openEar(page)
  const until = performance.now() + 10_000
  let last = { hz: 0, level: -200 }
  while (performance.now() < until) {
    last = await peak(page, ear)
    if (last.level > -60 && notHz.every(hz => Math.abs(hz - last.hz) > 30)) return
    await page.waitForTimeout(100)
  }
  throw new Error(`no music heard; loudest: ${last.hz} Hz at ${last.level} dB`)
}

/**
 * Waits until a received video of that kind shows moving, lit pictures.
 * @throws Error with what is shown when that does not happen within ten seconds.
 */
export async function pictureArrives(page: Page, kind: 'camera' | 'screen'): Promise<void> {
  // The order of the three media sections is fixed: sound, camera, screen (ADR 0012).
  const index = kind === 'camera' ? 0 : 1
  await installPictureTools(page)
  const name = `${kind}-${++ears}`
  await page.evaluate(
    ({ name, index }) => {
      const scope = window as unknown as {
        e2eReceived: MediaStreamTrack[]
        pictureTools: { watch(name: string, track: MediaStreamTrack): void }
      }
      const videos = scope.e2eReceived.filter(track => track.kind === 'video' && track.readyState === 'live')
      const track = videos.slice(-2)[index]
      if (track) scope.pictureTools.watch(name, track)
    },
    { name, index },
  )
  await waitForPicture(page, name, look => look.frames > 5 && look.red + look.green + look.blue > 60, 10_000)
}
