export { type AuthHeader, formatDigest, parseAuthHeader } from './auth-header.ts'
export type * from './digest.types.ts'
export {
  type ChallengedTarget,
  createDigestClient,
  type DigestClient,
  type DigestClientOptions,
  type DigestIdentity,
} from './digest-client.ts'
export { computeHa1, computeResponse, type DigestInput } from './digest-response.ts'
export {
  createDigestServer,
  type DigestCredentials,
  type DigestRole,
  type DigestServer,
  type DigestServerOptions,
  type DigestVerdict,
} from './digest-server.ts'
export { createNonceWindow, type NonceVerdict, type NonceWindow } from './nonce-window.ts'
