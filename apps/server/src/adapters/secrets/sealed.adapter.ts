import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { DigestHashPort, SecretBoxPort } from '../../modules/telephony/telephony.ports.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
/** What the key is for: another purpose would get another one. @source RFC 5869 */
const PURPOSE = 'guichet sealed passwords'

/** Seals with AES-256-GCM under a key derived from the server's own secret. @source NIST SP 800-38D */
export function createSecretBox(masterSecret: string): SecretBoxPort {
  const key = Buffer.from(hkdfSync('sha256', masterSecret, '', PURPOSE, KEY_BYTES))
  return {
    seal(secret) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8')
      return text + decipher.final('utf8')
    },
  }
}

/** The hashes that SIP phones know. MD5 because many know no other. @source RFC 8760 */
export const digestHash: DigestHashPort = {
  md5: text => createHash('md5').update(text).digest('hex'),
  sha256: text => createHash('sha256').update(text).digest('hex'),
}
