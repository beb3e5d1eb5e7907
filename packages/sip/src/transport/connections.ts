import type { TransportAddress } from '../message/message.types.ts'

/** The streams that are open, so that requests to the same peer take the same one. @source RFC 3261 §18.1.1, RFC 5923 */
export type Connections = {
  /** A stream was opened or accepted; called for every message too, so it is cheap for one that is known. */
  seen(address: TransportAddress): void
  /** Returns where it led; undefined for a stream nobody knew. */
  closed(connectionId: string): TransportAddress | undefined
  isOpen(connectionId: string): boolean
  /** The same address, with the connection that leads there when one is open. */
  bind(address: TransportAddress): TransportAddress
  size(): number
}

/** Whether both lead to the same place, whatever connection they take. */
export function samePlace(left: TransportAddress, right: TransportAddress): boolean {
  return left.protocol === right.protocol && left.address === right.address && left.port === right.port
}

/** Creates the table of streams. */
export function createConnections(): Connections {
  const byId = new Map<string, TransportAddress>()
  const byAddress = new Map<string, TransportAddress>()
  const keyOf = ({ protocol, address, port }: TransportAddress) => `${protocol}|${address}|${port}`
  return {
    seen(address) {
      if (address.connectionId === undefined || byId.has(address.connectionId)) return
      byId.set(address.connectionId, address)
      byAddress.set(keyOf(address), address)
    },
    closed(connectionId) {
      const address = byId.get(connectionId)
      if (address === undefined) return undefined
      byId.delete(connectionId)
      if (byAddress.get(keyOf(address))?.connectionId === connectionId) byAddress.delete(keyOf(address))
      return address
    },
    isOpen: connectionId => byId.has(connectionId),
    bind(address) {
      if (address.protocol === 'udp' || address.connectionId !== undefined) return address
      return byAddress.get(keyOf(address)) ?? address
    },
    size: () => byId.size,
  }
}
