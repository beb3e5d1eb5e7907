import { readHead } from './head.ts'
import type { SipMessage } from './message.types.ts'
import { defaultLimits, type MessageLimits, type MessageProblem } from './message-problem.ts'
import { findHeadEnd, type Refusal, refusalOf } from './parse.ts'

/** What comes out of a stream. */
export type StreamEvent =
  | { kind: 'message'; message: SipMessage }
  /** Two line breaks: answer with one. @source RFC 5626 §4.4.1 */
  | { kind: 'ping' }
  /** One line break: the answer to a ping. */
  | { kind: 'pong' }
  | {
      kind: 'problem'
      problem: MessageProblem
      /** Where the next message begins cannot be known: answer if there is a status, then close. */
      fatal: boolean
    }

/** Cuts a stream of bytes into messages. */
export type StreamParser = {
  /** Takes what arrived and returns what became complete, in order. Bodies are copies. Never throws. */
  push(bytes: Uint8Array): StreamEvent[]
}

/** The pong of a keep-alive. @source RFC 5626 §4.4.1 */
export const pongBytes: Uint8Array = new Uint8Array([0x0d, 0x0a])
/** The ping of a keep-alive. @source RFC 5626 §4.4.1 */
export const pingBytes: Uint8Array = new Uint8Array([0x0d, 0x0a, 0x0d, 0x0a])

const noLength: Refusal = {
  code: 'missingContentLength',
  status: 400,
  detail: 'Content-Length is missing or malformed.',
}
const tooLarge: Refusal = { code: 'tooLarge', status: 513, detail: 'The message is too large.' }
const startBytes = 2_048
const nothing = new Uint8Array(0)

/**
 * Cuts what arrives over TCP or TLS into messages by their Content-Length. What it keeps is bounded by the limits; after a
 * fatal problem it takes nothing any more.
 *
 * @source RFC 3261 §18.3, §7.5; RFC 5626 §4.4.1
 */
export function createStreamParser(limits: MessageLimits = defaultLimits): StreamParser {
  let buffer = nothing
  let start = 0
  let end = 0
  /** Up to where no end of the headers was found, so that a slow sender costs no more than a quick one. */
  let searched = 0
  /** Bytes of a refused message's body that are still to be passed over. */
  let skipping = 0
  /** How long the body is that is still arriving, so that its headers are not read again for every piece. */
  let pendingBody = 0
  let closed = false
  /** The last event was half a ping, which was taken for a pong. */
  let halfPing = false

  function append(bytes: Uint8Array): void {
    if (end + bytes.length > buffer.length) {
      const held = end - start
      const needed = held + bytes.length
      const target =
        needed > buffer.length ? new Uint8Array(Math.max(needed, 2 * buffer.length, startBytes)) : buffer
      target.set(buffer.subarray(start, end))
      buffer = target
      searched = Math.max(0, searched - start)
      start = 0
      end = held
    }
    buffer.set(bytes, end)
    end += bytes.length
  }

  /** The next event, or `undefined` where more bytes are needed. */
  function next(): StreamEvent | undefined {
    if (skipping > 0) {
      const passed = Math.min(skipping, end - start)
      start += passed
      skipping -= passed
      if (skipping > 0) return undefined
    }
    if (start === end) return undefined
    if (buffer[start] === 0x0d) return nextKeepAlive()
    halfPing = false
    return nextMessage()
  }

  function nextKeepAlive(): StreamEvent | undefined {
    if (end - start < 2) return undefined
    // Not a line break: the start line will be refused for it.
    if (buffer[start + 1] !== 0x0a) return nextMessage()
    const isPing = end - start >= 4 && buffer[start + 2] === 0x0d && buffer[start + 3] === 0x0a
    start += isPing ? 4 : 2
    searched = start
    if (isPing) return { kind: 'ping' }
    // A ping may arrive in two halves; a pong too many is ignored by whoever gets it.
    halfPing = !halfPing
    return { kind: halfPing ? 'pong' : 'ping' }
  }

  function nextMessage(): StreamEvent | undefined {
    const headEnd = findHeadEnd(buffer, Math.max(start, searched - 3), end)
    if (headEnd < 0) {
      searched = end
      return end - start > limits.maxHeaderBytes ? fail(tooLarge) : undefined
    }
    // Until the body is complete the same end is found again at once.
    searched = headEnd
    if (headEnd - start > limits.maxHeaderBytes) return fail(tooLarge)
    if (pendingBody > 0 && end - headEnd - 4 < pendingBody) return undefined
    pendingBody = 0
    const head = readHead(buffer.subarray(start, headEnd), limits)
    const length = head.contentLength
    if (length === undefined) return close(refusalOf(head, head.ok ? noLength : noLengthBut(head.problem)))
    if (length > limits.maxBodyBytes) return close(refusalOf(head, tooLarge))
    if (!head.ok) {
      start = headEnd + 4
      searched = start
      skipping = length
      return { kind: 'problem', problem: head.problem, fatal: false }
    }
    if (end - headEnd - 4 < length) {
      pendingBody = length
      return undefined
    }
    const bodyStart = headEnd + 4
    if (length > 0) head.message.body = buffer.slice(bodyStart, bodyStart + length)
    start = bodyStart + length
    searched = start
    return { kind: 'message', message: head.message }
  }

  function fail(refusal: Refusal): StreamEvent {
    return close(
      refusalOf(
        readHead(buffer.subarray(start, Math.min(end, start + limits.maxHeaderBytes)), limits),
        refusal,
      ),
    )
  }

  function close(problem: MessageProblem): StreamEvent {
    closed = true
    buffer = nothing
    start = 0
    end = 0
    return { kind: 'problem', problem, fatal: true }
  }

  return {
    push(bytes) {
      const events: StreamEvent[] = []
      if (closed) return events
      append(bytes)
      for (let found = next(); found; found = closed ? undefined : next()) events.push(found)
      if (start === end && !closed) {
        // An idle connection holds nothing; a large message's memory is not kept for its life.
        buffer = nothing
        start = 0
        end = 0
        searched = 0
      }
      return events
    },
  }
}

/** A head that is broken and has no length besides: its own problem tells more. */
function noLengthBut({ code, detail, status = 400 }: MessageProblem): Refusal {
  return { code, detail, status }
}
