export { checkMessage } from './check.ts'
export * from './extensions.ts'
export { quote, splitOutside } from './grammar.ts'
export { canonicalHeaderName, type HeaderName, type KnownHeaderName } from './header-names.ts'
export {
  addHeader,
  getHeader,
  getHeaderList,
  getHeaders,
  type HasHeaders,
  prependHeader,
  removeFirstValue,
  removeHeader,
  setHeader,
} from './headers.ts'
export { formatHostPort, type HostPort, isIpv4, isIpv6, parseHostPort } from './host.ts'
export {
  defaultLimits,
  type MessageLimits,
  type MessageProblem,
  type MessageProblemCode,
} from './message-problem.ts'
export { formatNameAddress, type NameAddress, parseNameAddress, parseNameAddresses } from './name-address.ts'
export { formatParams, noParams, type Params, parseParams, tokenOrQuoted } from './params.ts'
export { type ParseResult, parseMessage } from './parse.ts'
export { createResponse, reasonPhrase } from './response.ts'
export { serializeMessage } from './serialize.ts'
export {
  createStreamParser,
  pingBytes,
  pongBytes,
  type StreamEvent,
  type StreamParser,
} from './stream.ts'
export { decodeText, encodeText } from './text.ts'
export * from './typed.ts'
export {
  formatUri,
  isSipUri,
  isTelUri,
  type OtherUri,
  parseUri,
  type SipUri,
  type TelUri,
  type Uri,
  urisEqual,
} from './uri.ts'
export { branchCookie, formatVia, parseVia, parseVias, type Via } from './via.ts'
