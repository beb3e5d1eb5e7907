import { contentType, decodeText, type SipRequest } from '@guichet/sip'

const defaultMs = 160

/**
 * The key in an INFO request: `application/dtmf-relay` has `Signal=5` and `Duration=160`, `application/dtmf` the key
 * alone; null for anything else. Signals 10 and 11 are star and hash.
 * @source RFC 6086 §1 (legacy use), vendors' pages on dtmf-relay
 */
export function digitOf(request: SipRequest): { digit: string; durationMs: number } | null {
  const type = contentType(request)
  const kind = type?.mediaType
  const text = decodeText(request.body).trim()
  if (kind === 'application/dtmf') return keyOf(text, defaultMs)
  if (kind !== 'application/dtmf-relay') return null
  const signal = /^\s*signal\s*=\s*(\S+)\s*$/im.exec(text)?.[1]
  const duration = Number(/^\s*duration\s*=\s*(\d{1,5})\s*$/im.exec(text)?.[1] ?? defaultMs)
  return signal === undefined ? null : keyOf(signal, duration)
}

function keyOf(signal: string, durationMs: number): { digit: string; durationMs: number } | null {
  const digit = signal === '10' ? '*' : signal === '11' ? '#' : signal.toUpperCase()
  return /^[0-9*#A-D]$/.test(digit) ? { digit, durationMs: Math.min(60_000, durationMs) } : null
}
