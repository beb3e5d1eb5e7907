import type { TransportAddress } from '../message/message.types.ts'
import { pingBytes } from '../message/stream.ts'
import type { Runtime } from '../transaction/runtime.ts'
import type { Timer } from '../transaction/timers.ts'
import type { Connections } from './connections.ts'

/** Streams that are kept open because somebody has to reach us through them. */
export type KeepAlive = {
  /** Pings the stream to this place until `release`; asking again for the same key moves it. */
  hold(key: string, target: TransportAddress): void
  release(key: string): void
  /** Bytes came: a pong, or anything else that shows that somebody is there. Also said of a stream that is gone. */
  alive(connectionId: string): void
}

/** Between pings; a fifth of it less at times, so that a thousand streams don't ping at once. @source RFC 5626 §4.4.1 */
const pingMs = 120_000
/** A stream that has not answered by then is dead. @source RFC 5626 §4.4.1 */
const pongMs = 10_000

/** Creates the keep-alive; `dead` is told of streams that answer no ping. */
export function createKeepAlive(deps: {
  runtime: Runtime
  connections: Connections
  dead(connectionId: string): void
}): KeepAlive {
  const { runtime, connections } = deps
  const { timers, random } = runtime
  const held = new Map<string, { target: TransportAddress; next: Timer }>()
  const awaited = new Map<string, Timer>()

  const schedule = (key: string, target: TransportAddress) => {
    const next = timers.after(pingMs - random.below(pingMs / 5), () => {
      ping(target)
      schedule(key, target)
    })
    held.set(key, { target, next })
  }
  const ping = (target: TransportAddress) => {
    const bound = connections.bind(target)
    const { connectionId } = bound
    if (connectionId === undefined || !connections.isOpen(connectionId) || awaited.has(connectionId)) return
    runtime.transmit(pingBytes, bound)
    const patience = timers.after(pongMs, () => {
      awaited.delete(connectionId)
      deps.dead(connectionId)
    })
    awaited.set(connectionId, patience)
  }

  return {
    hold(key, target) {
      this.release(key)
      if (target.protocol !== 'udp') schedule(key, target)
    },
    release(key) {
      timers.cancel(held.get(key)?.next)
      held.delete(key)
    },
    alive(connectionId) {
      timers.cancel(awaited.get(connectionId))
      awaited.delete(connectionId)
    },
  }
}
