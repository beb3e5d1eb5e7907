import { randomBytes } from 'node:crypto'
import {
  createEndpoint,
  type DnsAnswer,
  type DnsQuestion,
  type Endpoint,
  type EndpointEvent,
  type EndpointOptions,
} from '@guichet/sip'
import type { Clock, Log } from '../../platform/index.ts'
import { openSipSockets, type SipSockets } from './sip-sockets.ts'
import type { SourceGuard } from './source-guard.ts'

/** A SIP endpoint with sockets, time and names. */
export type SipDriver = {
  readonly port: number
  /** Runs commands on the endpoint, and does at once what they ask for. */
  run<T>(command: (endpoint: Endpoint) => T): T
  stop(): Promise<void>
}

/** How often the lateness of the event loop is told to the endpoint. */
const lagPeriodMs = 100

/** Opens the sockets and joins them to an endpoint. @throws Error when the port cannot be had */
export async function startSipDriver(options: {
  bindAddress: string
  port: number
  announcedHost: string
  endpoint: Omit<EndpointOptions, 'clock' | 'randomBytes' | 'local'>
  guard: SourceGuard
  resolve(question: DnsQuestion): Promise<DnsAnswer>
  onEvent(event: EndpointEvent): void
  clock: Clock
  log: Log
}): Promise<SipDriver> {
  const { guard, clock, log } = options
  let endpoint: Endpoint | null = null
  let cancelWake = () => {}
  let wakeAt = Number.POSITIVE_INFINITY
  let isPumping = false

  const sockets: SipSockets = await openSipSockets({
    bindAddress: options.bindAddress,
    port: options.port,
    clock,
    log,
    listener: {
      onData(data, from) {
        if (guard.admits(from.address)) take(ready => ready.receive(data, from))
        else if (from.connectionId !== undefined) sockets.close(from.connectionId)
      },
      onOpened: address => take(ready => ready.connectionOpened(address)),
      onClosed: connectionId => take(ready => ready.connectionClosed(connectionId)),
    },
  })

  function run<T>(command: (ready: Endpoint) => T): T {
    if (endpoint === null) throw new Error('the SIP endpoint is not ready')
    const result = command(endpoint)
    pump(endpoint)
    return result
  }

  /** What sockets, names and time bring: nothing of it may end the process, and what comes too early is lost. */
  function take(command: (ready: Endpoint) => void): void {
    if (endpoint === null) return
    try {
      run(command)
    } catch (error) {
      log.error({ err: error }, 'what came over SIP could not be handled')
    }
  }

  /** An event's listener may give commands: what those ask for is done in the same turn, after what came before. */
  function pump(ready: Endpoint): void {
    if (isPumping) return
    isPumping = true
    try {
      for (let outputs = ready.takeOutputs(); outputs.length > 0; outputs = ready.takeOutputs()) {
        for (const output of outputs) {
          switch (output.kind) {
            case 'send':
              sockets.send(output.data, output.to, () => take(one => one.sendFailed(output)))
              break
            case 'close':
              sockets.close(output.connectionId)
              break
            case 'resolve':
              void options.resolve(output.question).then(answer => {
                take(one => one.dnsAnswered(output.id, answer))
              })
              break
            case 'event':
              tell(output.event)
              break
          }
        }
      }
    } finally {
      isPumping = false
    }
    schedule(ready)
  }

  function tell(event: EndpointEvent): void {
    try {
      options.onEvent(event)
    } catch (error) {
      log.error({ err: error, event: event.type }, 'SIP event could not be handled')
    }
  }

  function schedule(ready: Endpoint): void {
    const next = ready.nextWakeAt()
    if (next === undefined || next >= wakeAt) return
    cancelWake()
    wakeAt = next
    cancelWake = clock.after(next - clock.now(), () => {
      wakeAt = Number.POSITIVE_INFINITY
      take(one => one.wake())
    })
  }

  const { announcedHost: host } = options
  const local = { host, port: sockets.port }
  const started = createEndpoint({
    ...options.endpoint,
    clock: () => clock.now(),
    randomBytes: count => randomBytes(count),
    local: { udp: local, tcp: local },
  })
  endpoint = started
  let expectedAt = clock.now() + lagPeriodMs
  const stopLag = clock.every(lagPeriodMs, () => {
    started.observeDelay(Math.max(0, clock.now() - expectedAt))
    expectedAt = clock.now() + lagPeriodMs
  })

  return {
    port: sockets.port,
    run,
    async stop() {
      stopLag()
      cancelWake()
      await sockets.stop()
      cancelWake()
    },
  }
}
