import { type BrokenHead, describeProblem, type Head, readHead } from './head.ts'
import type { SipMessage } from './message.types.ts'
import { defaultLimits, type MessageLimits, type MessageProblem } from './message-problem.ts'

/** A message, or why the bytes are none. */
export type ParseResult = { ok: true; message: SipMessage } | { ok: false; problem: MessageProblem }

/**
 * Reads one datagram. Never throws, whatever the bytes. The body is a view of the datagram, not a copy.
 *
 * What is checked: the start line, the form of every header line, and that Via, From, To, Call-ID and CSeq are there and well
 * formed. Other headers are read when they are asked for; `checkMessage` reads them all.
 *
 * @source RFC 3261 §7, §18.3
 */
export function parseMessage(datagram: Uint8Array, limits: MessageLimits = defaultLimits): ParseResult {
  // RFC 3261 §7.5: line breaks before the start line are ignored.
  const start = skipLineBreaks(datagram, 0)
  if (start === datagram.length)
    return { ok: false, problem: { code: 'empty', detail: 'There is no message.' } }
  const end = findHeadEnd(datagram, start)
  const headEnd = end < 0 ? datagram.length : end
  if (headEnd - start > limits.maxHeaderBytes) {
    return refuse(readHead(datagram.subarray(start, start + limits.maxHeaderBytes), limits), tooLarge)
  }
  const head = readHead(datagram.subarray(start, headEnd), limits)
  if (!head.ok) return { ok: false, problem: head.problem }
  if (end < 0) return refuse(head, unfinished)
  const available = datagram.length - end - 4
  const length = head.contentLength ?? available
  // RFC 3261 §18.3: a datagram that is too short is answered 400, what is too much is cut off.
  if (length > available) return refuse(head, shortBody)
  if (length > limits.maxBodyBytes) return refuse(head, tooLarge)
  if (length > 0) head.message.body = datagram.subarray(end + 4, end + 4 + length)
  return { ok: true, message: head.message }
}

/** What a framing problem says. */
export type Refusal = { code: MessageProblem['code']; status: number; detail: string }
const tooLarge: Refusal = { code: 'tooLarge', status: 513, detail: 'The message is too large.' }
const unfinished: Refusal = { code: 'unfinished', status: 400, detail: 'No empty line ends the headers.' }
const shortBody: Refusal = {
  code: 'shortBody',
  status: 400,
  detail: 'Content-Length is greater than the body.',
}

function refuse(head: Head | BrokenHead, refusal: Refusal): ParseResult {
  return { ok: false, problem: refusalOf(head, refusal) }
}

/** The problem of a message whose headers could be read, or could not. */
export function refusalOf(head: Head | BrokenHead, refusal: Refusal): MessageProblem {
  const { code, detail, status } = refusal
  if (head.ok) return describeProblem(code, detail, status, head.message)
  const { partial } = head.problem
  return partial ? { code, detail, status, partial } : { code, detail }
}

/** The position after any CR LF from `at` on. */
export function skipLineBreaks(bytes: Uint8Array, at: number): number {
  while (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at += 2
  return at
}

/** Where the empty line begins that ends the headers, looking from `from` on; -1 where there is none. */
export function findHeadEnd(bytes: Uint8Array, from: number, end: number = bytes.length): number {
  // Four bytes in a row are looked for, so each fourth byte tells enough.
  for (let i = from + 3; i < end; i += 4) {
    const byte = bytes[i]
    if (byte !== 0x0a && byte !== 0x0d) continue
    for (let at = Math.max(from, i - 3); at <= i && at + 3 < end; at++)
      if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a && bytes[at + 2] === 0x0d && bytes[at + 3] === 0x0a)
        return at
  }
  return -1
}
