/** Hash functions over UTF-8 text, answering in lower-case hexadecimal; the platform has them. */
export type DigestHashes = {
  md5(text: string): string
  sha256(text: string): string
}

/** Algorithms spoken here, the better one first. @source RFC 8760 §2.3 */
export type DigestAlgorithm = 'SHA-256' | 'MD5'

/** What a user proves to know: the password, or the hash of user, realm and password where only that is kept. */
export type DigestSecret = { password: string } | { ha1: Partial<Record<DigestAlgorithm, string>> }

/** What a digest covers. */
export type DigestTarget = {
  method: string
  /** As it stands in the request. */
  requestUri: string
  body: Uint8Array
}
