import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'

/** The network between one browser and a server, which can be exchanged for another. */
export type Network = {
  /** Address of the server through this network. */
  readonly url: string
  /** Tells the page's peer connections to go through this network; before its own scripts run. */
  lead(page: Page): Promise<void>
  /**
   * Does what walking out of reach of a Wi-Fi does: connections and paths so far fall silent, without a word to
   * either end, and after a moment another network is there.
   */
  change(context: BrowserContext): Promise<void>
  /** Breaks every connection to the server, and says how many; new ones work at once. */
  cut(): number
  close(): void
}

/** Between the old network's end and the new one's beginning. */
const AWAY_MS = 300

/** Opens a network to a server of this machine, whose media are at one UDP port. */
export async function openNetwork(url: string, mediaPort: number): Promise<Network> {
  const target = Number(new URL(url).port)
  const flows = new Set<{ silence(): void; close(): void }>()
  const paths: UdpPath[] = []
  const server = createServer({ allowHalfOpen: true }, near => {
    const far = connect({ port: target, host: '127.0.0.1' })
    const flow = {
      silence() {
        for (const end of [near, far]) end.unpipe().removeAllListeners('end').pause()
      },
      close() {
        near.destroy()
        far.destroy()
      },
    }
    flows.add(flow)
    join(near, far)
    join(far, near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  function join(from: Socket, to: Socket): void {
    from.on('error', () => to.destroy())
    from.pipe(to)
  }

  async function openPath(): Promise<number> {
    const path = await openUdpPath(mediaPort)
    paths.push(path)
    return path.port
  }

  const pages: Page[] = []
  let udpPort = await openPath()
  return {
    url: `http://localhost:${port}`,
    async lead(page) {
      pages.push(page)
      await page.addInitScript(
        ({ mediaPort, udpPort }) => {
          const scope = Object.assign(window, { e2eMediaPort: udpPort })
          window.RTCPeerConnection = class extends RTCPeerConnection {
            override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
              const told = ` ${mediaPort} typ host`
              const sdp = description.sdp?.replaceAll(told, ` ${scope.e2eMediaPort} typ host`) ?? ''
              return super.setRemoteDescription({ ...description, sdp })
            }
          }
        },
        { mediaPort, udpPort },
      )
    },
    async change(context) {
      for (const flow of flows) flow.silence()
      for (const path of paths) path.silence()
      await context.setOffline(true)
      udpPort = await openPath()
      for (const page of pages)
        await page.evaluate(port => Object.assign(window, { e2eMediaPort: port }), udpPort)
      await new Promise(resolve => setTimeout(resolve, AWAY_MS))
      await context.setOffline(false)
    },
    cut() {
      const { size } = flows
      for (const flow of flows) flow.close()
      flows.clear()
      return size
    },
    close() {
      server.close()
      for (const flow of flows) flow.close()
      for (const path of paths) path.close()
    },
  }
}

type UdpPath = { port: number; silence(): void; close(): void }

async function openUdpPath(mediaPort: number): Promise<UdpPath> {
  const near = createSocket('udp4')
  const fars = new Map<number, UdpSocket>()
  let isSilent = false
  near.on('message', (packet, { port, address }) => {
    if (isSilent) return
    let far = fars.get(port)
    if (far === undefined) {
      far = createSocket('udp4')
      far.on('message', back => {
        if (!isSilent) near.send(back, port, address)
      })
      fars.set(port, far)
    }
    far.send(packet, mediaPort, '127.0.0.1')
  })
  near.bind(0, '127.0.0.1')
  await once(near, 'listening')
  return {
    port: near.address().port,
    silence() {
      isSilent = true
    },
    close() {
      near.close()
      for (const far of fars.values()) far.close()
    },
  }
}
