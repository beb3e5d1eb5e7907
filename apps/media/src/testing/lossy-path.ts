import { createSocket, type Socket } from 'node:dgram'

/** A path to the media port that loses packets, for one browser. */
export type LossyPath = {
  /** Port on loopback that the browser is told instead of the media port. */
  readonly port: number
  /** Every how many large media packets one is lost, each way; 0 loses none. */
  dropEvery: number
  readonly dropped: { toBrowser: number; fromBrowser: number }
  close(): Promise<void>
}

const smallestDropped = 200

const isMedia = (packet: Buffer): boolean => {
  const [first = 0, second = 0] = packet
  return first >= 128 && first < 192 && !(second >= 192 && second <= 223) && packet.length > smallestDropped
}

const bind = (socket: Socket) => new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))

/** Opens a path to `targetPort` of loopback. */
export async function createLossyPath(targetPort: number): Promise<LossyPath> {
  const front = createSocket('udp4')
  const back = createSocket('udp4')
  await Promise.all([bind(front), bind(back)])
  let browser: { port: number; address: string } | undefined
  let count = 0
  const dropped = { toBrowser: 0, fromBrowser: 0 }
  const path: LossyPath = {
    port: front.address().port,
    dropEvery: 0,
    dropped,
    async close() {
      await Promise.all([front, back].map(socket => new Promise<void>(done => socket.close(() => done()))))
    },
  }
  const isLost = (packet: Buffer) => path.dropEvery > 0 && isMedia(packet) && ++count % path.dropEvery === 0
  front.on('message', (packet, from) => {
    browser = from
    if (isLost(packet)) dropped.fromBrowser++
    else back.send(packet, targetPort, '127.0.0.1')
  })
  back.on('message', packet => {
    if (!browser) return
    if (isLost(packet)) dropped.toBrowser++
    else front.send(packet, browser.port, browser.address)
  })
  return path
}
