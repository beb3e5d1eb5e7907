/** Who may send: the view of whoever wrote the description. @source RFC 8866 §6.7 */
export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** `a=name` or `a=name:value`. */
export type SdpAttribute = { name: string; value?: string }

/** Where media is received; hosts may be names. @source RFC 8866 §5.7 */
export type SdpConnection = { addressType: 'IP4' | 'IP6'; address: string }

/** Who made the session, and which version of it this is. @source RFC 8866 §5.2 */
export type SdpOrigin = SdpConnection & {
  username: string
  /** Decimal digits; may be greater than a number holds. */
  sessionId: string
  /** Decimal digits; one more for each changed description. */
  sessionVersion: string
}

/** One `m=` section. @source RFC 8866 §5.14 */
export type SdpMedia = {
  /** `audio`, `video`, `image` or anything else. */
  kind: string
  /** 0 is a rejected or ended stream. */
  port: number
  /** How many ports, where more than one is named. */
  portCount?: number
  /** `RTP/AVP`, `RTP/SAVP` or anything else. */
  protocol: string
  /** Payload types for RTP, in order of preference. */
  formats: string[]
  title?: string
  connection?: SdpConnection
  /** `AS:64` and the like. */
  bandwidths: string[]
  /** All of them in order, known or not. */
  attributes: SdpAttribute[]
}

/** A session description. @source RFC 8866 §5 */
export type SessionDescription = {
  origin: SdpOrigin
  name: string
  connection?: SdpConnection
  bandwidths: string[]
  /** The `t=` lines; `0 0` for a session without end. */
  timings: string[]
  attributes: SdpAttribute[]
  media: SdpMedia[]
}

/** A codec as a payload type names it. @source RFC 8866 §6.6 */
export type SdpFormat = {
  payloadType: number
  /** As it was written, `PCMA`; compare without case. */
  encoding: string
  clockRateHz: number
  channels: number
  /** What `a=fmtp` says. */
  parameters?: string
}

/** A key for SRTP, in the clear. @source RFC 4568 §4 */
export type SdpCrypto = {
  tag: number
  /** `AES_CM_128_HMAC_SHA1_80` and others. */
  suite: string
  /** `inline:` and the key in base64; a secret. */
  keyParams: string
  sessionParams: string[]
}
