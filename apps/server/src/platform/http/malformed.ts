import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { DomainError } from '@guichet/domain'
import { toProblem } from '../problem.ts'

/** What Node's parser tells of bytes that are no request, and the status that fits; every other code is 400. */
const statuses: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/** Answers bytes that never became a request, and lets go of the connection. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  endWithProblem(socket, new DomainError('invalid-request', 'This is not HTTP'), statuses[error.code ?? ''])
}

/**
 * Answers on a bare socket and destroys it: ending it alone would leave it to the other side, for as long as that
 * likes.
 */
export function endWithProblem(socket: Duplex, error: DomainError, status?: number): void {
  const told = toProblem(error)
  const problem = { ...told, status: status ?? told.status }
  const body = JSON.stringify(problem)
  socket.once('finish', () => socket.destroy())
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
}
