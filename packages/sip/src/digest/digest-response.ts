import { decodeText } from '../message/text.ts'
import type { DigestAlgorithm, DigestHashes, DigestSecret, DigestTarget } from './digest.types.ts'

/** What the hash is made of beside secret and target. */
export type DigestInput = {
  algorithm: DigestAlgorithm
  username: string
  realm: string
  nonce: string
  /** The URI that the credentials name. */
  uri: string
  /** Absent for the form of RFC 2069. */
  protection?: { qop: 'auth' | 'auth-int'; nc: string; cnonce: string }
}

/**
 * The response to a challenge, or `undefined` where the secret is not kept for this algorithm.
 *
 * @source RFC 7616 §3.4.1; RFC 3261 §22.4 for an empty body and the form without qop
 */
export function computeResponse(
  input: DigestInput,
  secret: DigestSecret,
  target: Pick<DigestTarget, 'method' | 'body'>,
  hashes: DigestHashes,
): string | undefined {
  const hash = hashOf(input.algorithm, hashes)
  const { username, realm, nonce, uri, protection } = input
  const ha1 =
    'password' in secret ? hash(`${username}:${realm}:${secret.password}`) : secret.ha1[input.algorithm]
  if (ha1 === undefined) return undefined
  if (!protection) return hash(`${ha1}:${nonce}:${hash(`${target.method}:${uri}`)}`)
  const { qop, nc, cnonce } = protection
  // auth-int covers the body; hashed as text, which bodies of requests that are challenged are.
  const covered = qop === 'auth-int' ? `:${hash(decodeText(target.body))}` : ''
  const ha2 = hash(`${target.method}:${uri}${covered}`)
  return hash(`${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`)
}

/** What may be kept in place of a password: useless for any other realm or algorithm. */
export function computeHa1(
  algorithm: DigestAlgorithm,
  { username, realm, password }: { username: string; realm: string; password: string },
  hashes: DigestHashes,
): string {
  return hashOf(algorithm, hashes)(`${username}:${realm}:${password}`)
}

function hashOf(algorithm: DigestAlgorithm, hashes: DigestHashes): (text: string) => string {
  return algorithm === 'MD5' ? text => hashes.md5(text) : text => hashes.sha256(text)
}

/** Reads an algorithm's name; none means MD5, unknown ones and `-sess` are `undefined`. @source RFC 7616 §3.3 */
export function readAlgorithm(text: string | undefined): DigestAlgorithm | undefined {
  const upper = (text ?? 'MD5').toUpperCase()
  return upper === 'MD5' || upper === 'SHA-256' ? upper : undefined
}

/** Compares two texts in a time that tells nothing of where they differ. */
export function equalInConstantTime(left: string, right: string): boolean {
  let difference = left.length ^ right.length
  for (let i = 0; i < left.length; i++)
    difference |= left.charCodeAt(i) ^ right.charCodeAt(i % (right.length || 1))
  return difference === 0
}
