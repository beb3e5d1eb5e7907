import type { ServerFrame, SocketEventName, SocketEvents } from '@guichet/contract'
import type { WebSocket } from 'ws'
import type { Principal } from '../principal.ts'

/** A client that lets this much pile up is dropped; it comes back and synchronises. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024

/** One authenticated socket. */
export type Connection = {
  readonly id: string
  readonly tabId: string
  readonly principal: Principal
  readonly topics: ReadonlySet<string>
  send(frame: ServerFrame): void
  tell<N extends SocketEventName>(name: N, payload: SocketEvents[N]): void
  close(code: number, reason: string): void
}

/** Sends text to a socket unless it is closing or drowning; says whether it went out. */
export function sendText(socket: WebSocket, text: string | Buffer): boolean {
  if (socket.readyState !== socket.OPEN) return false
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    socket.close(1013, 'too slow')
    return false
  }
  socket.send(text, { binary: false })
  return true
}
