import type { SipMessage } from './message.types.ts'
import { encodeText, encodeTextInto } from './text.ts'

const scratch = new Uint8Array(65_536)

/** Messages share pieces of memory: to ask for a new one for each costs more than to write it. */
const slabBytes = 8_192
let slab = new Uint8Array(slabBytes)
let used = 0

function take(length: number): Uint8Array {
  if (length > slabBytes / 4) return new Uint8Array(length)
  if (used + length > slabBytes) {
    slab = new Uint8Array(slabBytes)
    used = 0
  }
  used += length
  return slab.subarray(used - length, used)
}

/**
 * Writes a message. Content-Length is always written, and always right: whatever the headers say of it gives way. A line
 * break within a value becomes a space, so that no value can become a header of its own.
 *
 * @source RFC 3261 §7, §20.14
 */
export function serializeMessage(message: SipMessage): Uint8Array {
  const { body } = message
  const head = writeHead(message)
  let headLength = encodeTextInto(head, scratch)
  let source: Uint8Array = scratch
  if (headLength < 0) {
    source = encodeText(head)
    headLength = source.length
  }
  const bytes = take(headLength + body.length)
  bytes.set(source.subarray(0, headLength))
  if (body.length > 0) bytes.set(body, headLength)
  return bytes
}

function writeHead(message: SipMessage): string {
  const { headers, body } = message
  let text =
    message.kind === 'request'
      ? `${oneLine(message.method)} ${oneLine(message.requestUri)} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${oneLine(message.reason)}\r\n`
  let hasLength = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name === 'Content-Length') {
      if (hasLength) continue
      hasLength = true
      text += `Content-Length: ${body.length}\r\n`
    } else text += `${name}: ${oneLine(headers[i + 1] ?? '')}\r\n`
  }
  return hasLength ? `${text}\r\n` : `${text}Content-Length: ${body.length}\r\n\r\n`
}

const lineBreak = /[\r\n]/

function oneLine(value: string): string {
  return lineBreak.test(value) ? value.replace(/[\r\n]+/g, ' ') : value
}
