import type { Page } from 'playwright-core'

/**
 * Functions that `installPictureTools` puts on the page as `window.pictureTools`:
 * `colourTrack(colour)` makes a camera or screen that shows moving stripes of a colour,
 * `watch(name, track)` plays a received track, `look(name)` tells its size, mean colour and frames so far.
 */
export async function installPictureTools(page: Page): Promise<void> {
  await page.evaluate(pictureToolsScript)
}

const pictureToolsScript = `(() => {
  if (window.pictureTools) return
  const videos = new Map()
  window.pictureTools = {
    colourTrack(colour, width = 320, height = 240, framesPerSecond = 15) {
      const canvas = document.createElement('canvas')
      canvas.width = width
      canvas.height = height
      const pen = canvas.getContext('2d')
      let step = 0
      setInterval(() => {
        pen.fillStyle = colour
        pen.fillRect(0, 0, width, height)
        pen.fillStyle = 'rgba(255,255,255,0.35)'
        step = (step + 7) % width
        pen.fillRect(step, 0, 20, height)
      }, 1000 / framesPerSecond)
      return canvas.captureStream(framesPerSecond).getVideoTracks()[0]
    },
    watch(name, track) {
      const video = document.createElement('video')
      video.muted = true
      video.autoplay = true
      video.playsInline = true
      video.srcObject = new MediaStream([track])
      video.frames = 0
      const count = () => { video.frames++; video.requestVideoFrameCallback(count) }
      video.requestVideoFrameCallback(count)
      document.body.append(video)
      video.play().catch(() => {})
      videos.set(name, video)
    },
    look(name) {
      const video = videos.get(name)
      if (!video || video.videoWidth === 0) return { width: 0, height: 0, red: 0, green: 0, blue: 0, frames: 0 }
      const canvas = document.createElement('canvas')
      canvas.width = 32
      canvas.height = 24
      const pen = canvas.getContext('2d')
      pen.drawImage(video, 0, 0, 32, 24)
      const data = pen.getImageData(0, 0, 32, 24).data
      const sum = [0, 0, 0]
      for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) sum[c] += data[i + c]
      const [red, green, blue] = sum.map(value => Math.round(value / (32 * 24)))
      return { width: video.videoWidth, height: video.videoHeight, red, green, blue, frames: video.frames }
    },
  }
})()`

/** What a received picture looks like: its size, mean colour (0 to 255) and frames shown so far. */
export type Look = {
  width: number
  height: number
  red: number
  green: number
  blue: number
  frames: number
}

/** What `name` shows now. */
export async function look(page: Page, name: string): Promise<Look> {
  return page.evaluate(`pictureTools.look(${JSON.stringify(name)})`)
}

/**
 * Waits until what `name` shows fits `test`.
 * @throws Error with the last look when it does not within the time limit (20 s).
 */
export async function waitForPicture(
  page: Page,
  name: string,
  test: (look: Look) => boolean,
  timeoutMs = 20_000,
): Promise<Look> {
  const until = performance.now() + timeoutMs
  let last: Look | undefined
  while (performance.now() < until) {
    last = await look(page, name)
    if (test(last)) return last
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`${name} never showed what was expected; last: ${JSON.stringify(last)}`)
}
