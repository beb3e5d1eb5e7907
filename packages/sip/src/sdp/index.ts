export type * from './sdp.types.ts'
export {
  answerTo,
  createOffer,
  type NegotiatedMedia,
  nextVersion,
  readAnswer,
  rejectMedia,
  type SdpAnswer,
  type SdpCapabilities,
  type SdpCodec,
  type SdpLocal,
  type SdpOfferOptions,
} from './sdp-answer.ts'
export {
  connectionOf,
  cryptosOf,
  directionOf,
  formatCrypto,
  formatsOf,
  getAttribute,
  getAttributes,
  isHoldAddress,
  packetTimeOf,
  rtcpOf,
} from './sdp-attributes.ts'
export { formatSdp, serializeSdp } from './sdp-format.ts'
export { parseSdp, type SdpResult } from './sdp-parse.ts'
