import { installPictureTools, installSoundTools, type OwnPage, openPage } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import type { TestMediaProcess } from './media-process.ts'

/** A browser page with a peer connection to a media process, as a visitor or an agent has. */
export type BrowserLeg = { legId: string; page: Page; own: OwnPage }

const offerScript = `async hz => {
  window.track ??= soundTools.toneTrack(hz)
  const pc = new RTCPeerConnection()
  window.nextConnection = pc
  pc.addTransceiver(window.track, { direction: 'sendrecv' })
  for (const name of ['camera', 'screen']) {
    const transceiver = pc.addTransceiver('video', { direction: 'sendrecv' })
    if (window.pictures?.[name]) await transceiver.sender.replaceTrack(window.pictures[name])
  }
  pc.ontrack = ({ track, transceiver }) => {
    const index = pc.getTransceivers().indexOf(transceiver)
    if (index === 0) soundTools.listen('ear', track)
    else pictureTools.watch(index === 1 ? 'camera' : 'screen', track)
  }
  await pc.setLocalDescription()
  return pc.localDescription.sdp
}`

const answerScript = `async sdp => {
  await window.nextConnection.setRemoteDescription({ type: 'answer', sdp })
  window.oldConnection = window.connection
  window.connection = window.nextConnection
}`

/** Opens a page, makes its offer with a tone of `hz` as its microphone, and connects it as a leg. */
export async function openBrowserLeg(
  browser: Browser,
  url: string,
  media: TestMediaProcess,
  options: { roomId: string; legId: string; hz: number; throughPort?: number },
): Promise<BrowserLeg> {
  const own = await openPage(browser, url)
  const { page } = own
  await installSoundTools(page)
  await installPictureTools(page)
  const sdpOffer: string = await page.evaluate(`(${offerScript})(${options.hz})`)
  const { roomId, legId } = options
  const opened = await media.request('leg.open', { roomId, legId, sdpOffer })
  const sdpAnswer = opened.sdpAnswer.replace(
    ` ${media.udpPort} typ host`,
    ` ${options.throughPort ?? media.udpPort} typ host`,
  )
  await page.evaluate(`(${answerScript})(${JSON.stringify(sdpAnswer)})`)
  return { legId, page, own }
}

/** Gives the leg a new peer connection, as a client does after its network changed. */
export async function replaceBrowserLeg(leg: BrowserLeg, media: TestMediaProcess, closeOldFirst: boolean) {
  if (closeOldFirst) await leg.page.evaluate('window.connection.close()')
  const sdpOffer: string = await leg.page.evaluate(`(${offerScript})(0)`)
  const { sdpAnswer } = await media.request('leg.replace', { legId: leg.legId, sdpOffer })
  await leg.page.evaluate(`(${answerScript})(${JSON.stringify(sdpAnswer)})`)
}

/** Turns a picture on (moving stripes of a colour) or off. */
export async function sendPicture(leg: BrowserLeg, kind: 'camera' | 'screen', colour: string | null) {
  const index = kind === 'camera' ? 1 : 2
  const track = colour === null ? 'null' : `pictureTools.colourTrack(${JSON.stringify(colour)})`
  await leg.page.evaluate(`(async () => {
    window.pictures = { ...window.pictures, ${kind}: ${track} }
    await connection.getSenders()[${index}].replaceTrack(window.pictures.${kind})
  })()`)
}
