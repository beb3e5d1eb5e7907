import type { SipRequest } from './message.types.ts'

/** What can be wrong with bytes that should be a message. */
export type MessageProblemCode =
  /** Nothing but line breaks: a keep-alive. */
  | 'empty'
  | 'malformedStartLine'
  | 'malformedRequestUri'
  /** Another version than SIP/2.0. */
  | 'unsupportedVersion'
  | 'malformedHeader'
  | 'missingHeader'
  /** A header that may stand once stands twice. */
  | 'repeatedHeader'
  /** CSeq names another method than the request does. */
  | 'methodMismatch'
  /** Content-Length promises more bytes than there are. */
  | 'shortBody'
  /** A stream needs Content-Length to find the next message. */
  | 'missingContentLength'
  | 'tooLarge'
  /** The headers never end. */
  | 'unfinished'

/** Why bytes are no message, and how to answer. */
export type MessageProblem = {
  code: MessageProblemCode
  /** The answer a request deserves (400, 505, 513); absent for responses, ACK, and what cannot be answered. */
  status?: number
  /** One English sentence for a log or a Warning header; holds header names, never values. */
  detail: string
  /**
   * What could be read of a broken request: Via, From, To, Call-ID and CSeq. Present whenever `status` is; give it to
   * `createResponse`.
   */
  partial?: SipRequest
}

/** How large a message may be. */
export type MessageLimits = {
  /** Bytes of start line and headers. */
  maxHeaderBytes: number
  /** Header lines. */
  maxHeaders: number
  /** Bytes of the body. */
  maxBodyBytes: number
}

/** 32 KiB of headers in at most 256 lines, 64 KiB of body: more than any phone sends, and what fits a datagram. */
export const defaultLimits: MessageLimits = { maxHeaderBytes: 32_768, maxHeaders: 256, maxBodyBytes: 65_536 }
