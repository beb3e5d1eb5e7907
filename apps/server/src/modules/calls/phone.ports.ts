/** Names a phone's part of a call while it lasts. */
export type PhoneId = string

/** Why a phone could not be reached, or is there no more. */
export type PhoneCause =
  | 'hungUp'
  | 'busy'
  | 'noAnswer'
  | 'declined'
  | 'cancelled'
  | 'notFound'
  | 'notAllowed'
  | 'unavailable'
  | 'unreachable'
  | 'failed'

/** Where a call from a phone came in. */
export type PhoneOrigin =
  | { kind: 'trunk'; trunkId: string; country: string }
  | { kind: 'device'; workerId: string }
  /** A phone nearby that nobody knows by name: it may call our numbers and nothing else. */
  | { kind: 'nearby' }

/** A phone that rings us. */
export type IncomingPhone = {
  phoneId: PhoneId
  /** What was dialled, as it was written. */
  dialled: string
  /** Null when the caller hides it. */
  caller: { number: string | null; displayName: string | null }
  origin: PhoneOrigin
  /** Null when the phone wants our offer. */
  sdpOffer: string | null
  /** Host that the signalling came from. */
  host: string
}

/** What phones do. */
export type PhoneEvent =
  | { kind: 'incoming'; phone: IncomingPhone }
  /** What we accepted or offered arrived; `sdpAnswer` when the offer was ours. */
  | { kind: 'confirmed'; phoneId: PhoneId; sdpAnswer: string | null }
  /** A phone that we ring does so now; `sdpAnswer` when it can be heard already. */
  | { kind: 'ringing'; phoneId: PhoneId; sdpAnswer: string | null }
  | { kind: 'answered'; phoneId: PhoneId; sdpAnswer: string | null }
  /** The phone offers anew, to hold or to move: `answerOffer` or `refuseOffer`. Null: it wants ours. */
  | { kind: 'offered'; phoneId: PhoneId; sdpOffer: string | null }
  /** A key that came by signalling. @source RFC 6086 */
  | { kind: 'digit'; phoneId: PhoneId; digit: string; durationMs: number }
  | { kind: 'ended'; phoneId: PhoneId; cause: PhoneCause }

/** The phone network, as calls see it. Commands for phones already gone do nothing. */
export type PhonePort = {
  /** Calls the listener with every event; the result stops it. */
  onEvent(listener: (event: PhoneEvent) => void): () => void
  /** Tells a caller that it rings here. */
  ring(phoneId: PhoneId): void
  accept(phoneId: PhoneId, sdp: string): void
  refuse(phoneId: PhoneId, cause: PhoneCause): void
  answerOffer(phoneId: PhoneId, sdp: string): void
  refuseOffer(phoneId: PhoneId): void
  hangUp(phoneId: PhoneId): void
}
