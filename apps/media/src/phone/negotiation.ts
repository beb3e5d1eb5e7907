import type { PhoneSettings } from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import type { Direction } from '../sdp/offer.ts'
import type { CodecName, SoundCodec } from './codecs.ts'
import {
  digitsFor,
  mirroredDirection,
  type NumberedCodec,
  newSessionId,
  numberOwnCodecs,
  type OwnDescription,
  type PhoneDescription,
  type RemoteAddress,
  readPhoneDescription,
  writePhoneDescription,
} from './sdp.ts'
import { type CryptoLine, cryptoSuites, newCryptoLine } from './srtp-keys.ts'

/** What both sides have agreed on. */
export type Agreement = {
  remote: RemoteAddress
  rtcpRemote: RemoteAddress
  rtcpMux: boolean
  /** What we send, with the phone's number for it. */
  sends: NumberedCodec
  /** What may arrive, by payload type. */
  arrives: ReadonlyMap<number, SoundCodec>
  /** Keypad events toward the phone, and from it. */
  digitsOut: { type: number; clockRate: number } | undefined
  digitsIn: { type: number; clockRate: number } | undefined
  comfortType: number | undefined
  maySend: boolean
  mayReceive: boolean
  /** The phone wants to hear nothing. */
  onHold: boolean
  keys: { own: CryptoLine; theirs: CryptoLine } | undefined
}

/** Offers and answers of one phone's leg. */
export type Negotiation = {
  /** Makes our offer. `first` names the codecs to put first. */
  offer(direction: Direction, first: readonly CodecName[]): string
  /** Answers the phone's offer, choosing one of `first` where it is offered. */
  answer(sdpOffer: string, first: readonly CodecName[]): { sdp: string; agreement: Agreement }
  /** Completes our offer with an answer; may be called again for the answer of another fork. */
  apply(sdpAnswer: string): Agreement
}

function refuse(detail: string): never {
  throw new DomainError('media-failed', detail)
}

/** Creates the negotiation of a leg that listens at `address` and `port`. @source RFC 3264, RFC 4568 §5 */
export function createNegotiation(options: {
  address: string
  port: number
  settings: PhoneSettings
}): Negotiation {
  const { address, port, settings } = options
  const sessionId = newSessionId()
  const ownLines = new Map<string, CryptoLine>()
  let version = 0
  let lastBody = ''
  let offered: OwnDescription | undefined

  const ownLine = (tag: number, suite: CryptoLine['suite']): CryptoLine => {
    const known = ownLines.get(suite) ?? newCryptoLine(tag, suite)
    ownLines.set(suite, known)
    return { ...known, tag }
  }

  const write = (
    own: Omit<OwnDescription, 'sessionId' | 'version' | 'address' | 'port'>,
    offer?: PhoneDescription,
  ) => {
    const full = { ...own, sessionId, version, address, port }
    const body = writePhoneDescription(full, offer).replace(/^o=.*$/m, '')
    if (body !== lastBody) full.version = ++version
    lastBody = body
    return { full, sdp: writePhoneDescription(full, offer) }
  }

  const inOrder = (first: readonly CodecName[]): CodecName[] => [
    ...first.filter(name => settings.codecs.includes(name)),
    ...settings.codecs.filter(name => !first.includes(name)),
  ]

  const directions = (own: Direction, theirs: PhoneDescription) => ({
    maySend: (own === 'sendrecv' || own === 'sendonly') && !theirs.zeroAddress,
    mayReceive: own === 'sendrecv' || own === 'recvonly',
    onHold: theirs.zeroAddress || theirs.direction === 'sendonly' || theirs.direction === 'inactive',
  })

  return {
    offer(direction, first) {
      const secure = settings.srtp === 'on'
      const { full, sdp } = write({
        profile: secure ? 'RTP/SAVP' : 'RTP/AVP',
        ...numberOwnCodecs(inOrder(first)),
        direction,
        rtcpMux: true,
        crypto: secure ? cryptoSuites.map((suite, i) => ownLine(i + 1, suite)) : [],
      })
      offered = full
      return sdp
    },
    answer(sdpOffer, first) {
      const offer = readPhoneDescription(sdpOffer, settings.srtp !== 'off')
      if (offer.secure ? settings.srtp === 'off' : settings.srtp === 'on') {
        refuse('The offer is protected where it must not be, or unprotected where it must be')
      }
      const allowed = offer.codecs.filter(({ codec }) => settings.codecs.includes(codec.name))
      const chosen =
        first.flatMap(name => allowed.find(({ codec }) => codec.name === name) ?? [])[0] ?? allowed[0]
      if (!chosen) refuse('The offer has no codec that is allowed')
      const [theirs] = offer.secure ? offer.crypto : []
      if (offer.secure && !theirs) refuse('The offer has no key that can be used')
      const own = theirs && ownLine(theirs.tag, theirs.suite)
      const direction = mirroredDirection[offer.direction]
      const digits = digitsFor(offer.digits, chosen.codec)
      const { sdp } = write(
        {
          profile: offer.profile,
          codecs: [chosen],
          digits: digits ? [digits] : [],
          comfortType: offer.comfortType,
          direction,
          rtcpMux: offer.rtcpMux,
          crypto: own ? [own] : [],
        },
        offer,
      )
      offered = undefined
      const agreement: Agreement = {
        remote: offer.remote,
        rtcpRemote: offer.rtcpRemote,
        rtcpMux: offer.rtcpMux,
        sends: chosen,
        arrives: new Map([[chosen.type, chosen.codec]]),
        digitsOut: digits,
        digitsIn: digits,
        comfortType: offer.comfortType,
        keys: own && theirs ? { own, theirs } : undefined,
        ...directions(direction, offer),
      }
      return { sdp, agreement }
    },
    apply(sdpAnswer) {
      if (!offered) refuse('There is no offer of ours to be answered')
      const ours = offered
      const secure = ours.crypto.length > 0
      const answer = readPhoneDescription(sdpAnswer, secure)
      if (answer.secure !== secure) refuse('The answer changed the protection that was offered')
      const agreed = answer.codecs.filter(({ codec }) => ours.codecs.some(known => known.codec === codec))
      const [sends] = agreed
      if (!sends) refuse('The answer has no codec that was offered')
      const [theirs] = answer.crypto
      const own = theirs && ours.crypto.find(({ tag, suite }) => tag === theirs.tag && suite === theirs.suite)
      if (secure && !own) refuse('The answer has no key for a suite that was offered')
      // Numbers of our offer are what should arrive; some phones send with their own.
      const arrives = new Map(agreed.map(({ codec, type }) => [type, codec]))
      for (const { codec, type } of ours.codecs) {
        if (agreed.some(known => known.codec === codec)) arrives.set(type, codec)
      }
      const direction = allowedDirection(ours.direction, answer.direction)
      return {
        remote: answer.remote,
        rtcpRemote: answer.rtcpRemote,
        rtcpMux: answer.rtcpMux && ours.rtcpMux,
        sends,
        arrives,
        digitsOut: digitsFor(answer.digits, sends.codec),
        digitsIn: answer.digits.length > 0 ? digitsFor(ours.digits, sends.codec) : undefined,
        comfortType: answer.comfortType ?? 13,
        keys: own && theirs ? { own, theirs } : undefined,
        ...directions(direction, answer),
        // Quiet that we asked for ourselves is no hold of theirs.
        ...(ours.direction === 'inactive' ? { onHold: false } : {}),
      }
    },
  }
}

/** Our direction after an answer took part of it away. @source RFC 3264 §6.1 */
function allowedDirection(own: Direction, theirs: Direction): Direction {
  const sends = (own === 'sendrecv' || own === 'sendonly') && (theirs === 'sendrecv' || theirs === 'recvonly')
  const receives =
    (own === 'sendrecv' || own === 'recvonly') && (theirs === 'sendrecv' || theirs === 'sendonly')
  if (sends) return receives ? 'sendrecv' : 'sendonly'
  return receives ? 'recvonly' : 'inactive'
}
