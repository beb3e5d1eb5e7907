import { parseAuthHeader } from '../digest/auth-header.ts'
import { createDigestServer } from '../digest/digest-server.ts'
import { createNonceWindow } from '../digest/nonce-window.ts'
import { checkMessage } from '../message/check.ts'
import * as extensions from '../message/extensions.ts'
import { getHeaderList, getHeaders } from '../message/headers.ts'
import type { SipMessage } from '../message/message.types.ts'
import type { MessageLimits } from '../message/message-problem.ts'
import { parseMessage } from '../message/parse.ts'
import { createResponse } from '../message/response.ts'
import { serializeMessage } from '../message/serialize.ts'
import { createStreamParser, type StreamEvent } from '../message/stream.ts'
import { encodeText } from '../message/text.ts'
import * as typed from '../message/typed.ts'
import { formatUri, isSipUri, parseUri, type Uri, urisEqual } from '../message/uri.ts'
import { answerTo, type SdpCapabilities, type SdpLocal } from '../sdp/sdp-answer.ts'
import { formatSdp } from '../sdp/sdp-format.ts'
import { parseSdp } from '../sdp/sdp-parse.ts'

/** A promise of the stack that an input broke; anything else that is thrown is a crash. */
export class BrokenPromise extends Error {}

function promise(holds: boolean, what: string): asserts holds {
  if (!holds) throw new BrokenPromise(what)
}

const digest = createDigestServer({
  realm: 'example.com',
  hashes: { md5: text => text, sha256: text => text },
  hmac: text => text,
  randomToken: () => 't',
  nonceWindow: createNonceWindow(100),
})

/**
 * Puts an input through everything that reads what a stranger sends, and checks what the stack promises: nothing throws, what
 * was read can be written and read again, refusals can be answered, a stream tells the same as a datagram.
 *
 * @param pieces Into how many the stream is cut; 0 leaves the stream out, which is the dearest part.
 * @returns What happened, in a few words: inputs that differ in it took different paths.
 * @throws BrokenPromise
 */
export function exercise(input: Uint8Array, pieces: number): string {
  const result = parseMessage(input)
  const streamed = pieces === 0 ? '' : exerciseStream(input, pieces)
  if (!result.ok) {
    const { code, status, partial } = result.problem
    promise((status === undefined) === (partial === undefined), 'a status comes with what answers it')
    if (partial && status !== undefined) serializeMessage(createResponse(partial, status, undefined, 'tag'))
    return `${code} ${status ?? '-'} ${streamed}`
  }
  const { message } = result
  promise(message.kind === 'response' || typed.topVia(message) !== undefined, 'a request has a Via')
  exerciseRoundTrip(message)
  return `${message.kind} ${exerciseHeaders(message)} ${exerciseSdp(message.body)} ${streamed}`
}

/** A byte that is no UTF-8 is written as three, so what just fitted may no longer. */
const wideLimits: MessageLimits = { maxHeaderBytes: 1e6, maxHeaders: 1e4, maxBodyBytes: 1e6 }

function exerciseRoundTrip(message: SipMessage): void {
  const bytes = serializeMessage(message)
  const again = parseMessage(bytes, wideLimits)
  promise(again.ok, 'what was read is written so that it can be read')
  promise(again.message.body.length === message.body.length, 'the body keeps its length')
  const lengths = getHeaders(message, 'Content-Length').length
  promise(
    again.message.headers.length === message.headers.length + (lengths > 0 ? 0 : 2),
    'no header is born',
  )
  if (message.kind === 'request') {
    const response = parseMessage(
      serializeMessage(createResponse(message, 500, undefined, 'tag')),
      wideLimits,
    )
    promise(response.ok, 'a response to what was read can be read')
    promise(typed.toTag(response.message) !== undefined, 'a response has a tag')
  }
}

/** Asks for every header there is. */
function exerciseHeaders(message: SipMessage): string {
  const read = [
    typed.allVias(message),
    typed.contacts(message),
    typed.routes(message),
    typed.recordRoutes(message),
    typed.assertedIdentities(message),
    typed.maxForwards(message),
    typed.expires(message),
    extensions.sessionExpires(message),
    extensions.rack(message),
    extensions.retryAfter(message),
    extensions.replaces(message),
    extensions.referTo(message),
    extensions.contentType(message),
    extensions.event(message),
    extensions.subscriptionState(message),
  ]
  const listed = [
    typed.privacy(message),
    extensions.reasons(message),
    extensions.warnings(message),
    typed.unsupportedTags(message, ['timer']),
    getHeaderList(message, 'Allow'),
  ]
  extensions.minSessionExpires(message)
  for (const value of getHeaders(message, 'Authorization')) parseAuthHeader(value)
  const credentials = digest.readCredentials(message, 'server')
  if (credentials) digest.check(credentials, { ...message, method: 'A', requestUri: 'sip:a' }, undefined, 0)
  for (const address of [typed.fromAddress(message), typed.toAddress(message)])
    if (address) exerciseUri(address.uri)
  const found = read.map(value => (value === undefined ? '0' : '1')).join('')
  return `${found}${listed.map(list => Math.min(list.length, 3)).join('')}${checkMessage(message)?.detail ?? ''}`
}

function exerciseUri(uri: Uri): void {
  const written = formatUri(uri)
  const again = parseUri(written)
  promise(again !== undefined, 'a URI is written so that it can be read')
  // A user part that is no UTF-8 is kept as it was written, and escaped when it is written.
  if (isSipUri(uri) && uri.user?.includes('%')) return
  promise(again.scheme === uri.scheme, 'a URI keeps its scheme')
  promise(urisEqual(uri, uri), 'a URI is equal to itself')
}

const capabilities: SdpCapabilities = {
  codecs: [
    { encoding: 'PCMA', clockRateHz: 8_000, payloadType: 8 },
    { encoding: 'PCMU', clockRateHz: 8_000, payloadType: 0 },
  ],
  order: 'theirs',
  telephoneEvents: true,
  direction: 'sendrecv',
  protocols: ['RTP/AVP', 'RTP/SAVP'],
  rtcpMux: true,
}
const connection = { addressType: 'IP4', address: '192.0.2.1' } as const
const local: SdpLocal = {
  origin: { username: '-', sessionId: '1', sessionVersion: '1', ...connection },
  connection,
  port: 4_000,
  chooseCrypto: ([first]) => first,
}

function exerciseSdp(body: Uint8Array): string {
  if (body.length === 0) return 'empty'
  const offer = parseSdp(body)
  if (!offer.ok) return offer.detail
  promise(parseSdp(formatSdp(offer.session)).ok, 'a description is written so that it can be read')
  const answer = answerTo(offer.session, capabilities, local)
  if (!answer.ok) return answer.reason
  const text = formatSdp(answer.session)
  promise(text.length <= body.length + 2_000, 'an answer is no longer than the offer makes it')
  const written = parseSdp(text)
  promise(written.ok, 'an answer can be read')
  promise(
    written.session.media.length === offer.session.media.length,
    'an answer has as many lines as the offer',
  )
  return `${answer.media.direction} ${answer.media.formats.length}`
}

/** In pieces or whole: the same comes out. */
function exerciseStream(input: Uint8Array, pieces: number): string {
  const whole = createStreamParser().push(input)
  const parser = createStreamParser()
  const size = Math.max(1, Math.ceil(input.length / pieces))
  const parts: StreamEvent[] = []
  for (let at = 0; at < input.length; at += size) parts.push(...parser.push(input.subarray(at, at + size)))
  const kinds = describeEvents(whole)
  promise(kinds === describeEvents(parts), 'a stream does not care how it is cut')
  return kinds
}

/** Pings may be cut in two, and limits are met sooner or later: what is left are the messages. */
function describeEvents(events: readonly StreamEvent[]): string {
  let text = ''
  for (const event of events) {
    if (event.kind === 'message') text += `m${event.message.body.length > 0 ? '+' : ''}`
    else if (event.kind === 'problem') text += event.fatal ? 'x' : 'p'
  }
  return text
}

/** Numbers from a seed: the same seed, the same inputs. */
export function createRandom(seed: number): (below: number) => number {
  // Multiply-with-carry over 32 bits (Marsaglia); good enough to choose where to cut.
  let z = (seed ^ 0x9e3779b9) >>> 0 || 1
  let w = (seed * 2654435761) >>> 0 || 2
  return below => {
    z = (36_969 * (z & 0xffff) + (z >>> 16)) >>> 0
    w = (18_000 * (w & 0xffff) + (w >>> 16)) >>> 0
    return (((z << 16) + w) >>> 0) % below
  }
}

const words = [
  '\r\n',
  '\r\n ',
  '\r\n\r\n',
  '\r',
  '\n',
  '\0',
  ' ',
  '\t',
  ',',
  ';',
  ';;',
  ':',
  '=',
  '"',
  '\\',
  '<',
  '>',
  '@',
  '%',
  '%00',
  '%ff',
  '[::1]',
  '[',
  ']',
  '?a=b&c=d',
  '*',
  '-1',
  '4294967296',
  '99999999999999999999999',
  'SIP/2.0',
  'SIP/2.0 200 OK',
  'INVITE sip:a@b SIP/2.0\r\n',
  'Content-Length: 5\r\n',
  'l: 99999\r\n',
  'Via: SIP/2.0/UDP a;branch=z9hG4bK\r\n',
  'Contact: *\r\n',
  'Authorization: Digest realm="example.com", nonce="", uri="", response="", username=""\r\n',
  ';tag=',
  ';lr',
  'é',
  '\ufeff',
  '\ud83d\ude00',
  'm=audio 1 RTP/AVP 0\r\n',
  'a=sendonly\r\n',
  'c=IN IP4 0.0.0.0\r\n',
  'a=rtpmap:0 PCMA/8000\r\n',
].map(encodeText)

/** An input is never longer: what a datagram holds. */
const maxBytes = 65_507

/** Makes inputs out of a corpus by cutting, repeating, joining and breaking. */
export type Mutator = {
  next(): Uint8Array
  /** Adds an input to what others are made of. */
  keep(input: Uint8Array): void
}

/** Most inputs that are remembered beside the corpus, and the longest: long ones only make all that follow slow. */
const maxKept = 1_000
const maxKeptBytes = 1_500

/** Creates a mutator; the same corpus and seed make the same inputs. */
export function createMutator(corpus: readonly Uint8Array[], random: (below: number) => number): Mutator {
  const pool = [...corpus]

  function pick(): Uint8Array {
    return pool[random(pool.length)] ?? new Uint8Array(0)
  }

  function mutate(bytes: Uint8Array): Uint8Array {
    const at = random(bytes.length + 1)
    const length = random(Math.min(bytes.length - at, random(8) === 0 ? 400 : 20) + 1)
    switch (random(8)) {
      case 0:
        return replace(bytes, at, 1, [random(256)])
      case 1:
        return replace(bytes, at, 0, words[random(words.length)] ?? [])
      case 2:
        return replace(bytes, at, length, words[random(words.length)] ?? [])
      case 3:
        return replace(bytes, at, length, [])
      case 4:
        return replace(bytes, at, 0, bytes.subarray(at, at + length))
      case 5:
        return joinLines(bytes, pick())
      case 6:
        return random(100) === 0 ? repeat(bytes, at, length) : replace(bytes, at, 1, [0x30 + random(10)])
      default:
        return random(10) === 0
          ? bytes.subarray(0, at)
          : replace(bytes, at, 1, [bytes[random(bytes.length)] ?? 0])
    }
  }

  /** A piece over and over again: what is quadratic shows. */
  function repeat(bytes: Uint8Array, at: number, length: number): Uint8Array {
    const piece = bytes.subarray(at, at + length)
    if (piece.length === 0) return bytes
    const times = random(Math.min(4_000, Math.floor((maxBytes - bytes.length) / piece.length)) + 1)
    const repeated = new Uint8Array(times * piece.length)
    for (let i = 0; i < times; i++) repeated.set(piece, i * piece.length)
    return replace(bytes, at, 0, repeated)
  }

  /** A line of another input in place of, or beside, a line of this one. */
  function joinLines(bytes: Uint8Array, other: Uint8Array): Uint8Array {
    const start = lineStart(bytes, random(bytes.length + 1))
    const end = random(2) === 0 ? start : lineEnd(bytes, start)
    const otherStart = lineStart(other, random(other.length + 1))
    return replace(bytes, start, end - start, other.subarray(otherStart, lineEnd(other, otherStart)))
  }

  return {
    next() {
      let bytes = pick()
      for (let left = 1 + random(5); left > 0; left--) bytes = mutate(bytes)
      return bytes.subarray(0, maxBytes)
    },
    keep(input) {
      if (input.length > maxKeptBytes) return
      const copy = input.slice()
      if (pool.length < corpus.length + maxKept) pool.push(copy)
      else pool[corpus.length + random(maxKept)] = copy
    },
  }
}

function replace(bytes: Uint8Array, at: number, length: number, by: ArrayLike<number>): Uint8Array {
  const result = new Uint8Array(Math.max(0, bytes.length - Math.min(length, bytes.length - at)) + by.length)
  result.set(bytes.subarray(0, at))
  result.set(by, at)
  result.set(bytes.subarray(Math.min(bytes.length, at + length)), at + by.length)
  return result
}

function lineStart(bytes: Uint8Array, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(0x0a, from)
  return end < 0 ? bytes.length : end + 1
}
