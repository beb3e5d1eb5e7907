import { createCipheriv, randomBytes } from 'node:crypto'

/** Suites of SDES that we speak, in order of preference. @source RFC 4568 §6.2 */
export const cryptoSuites = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const
export type CryptoSuite = (typeof cryptoSuites)[number]

/** A crypto line we can use: 16 bytes of key and 14 of salt. */
export type CryptoLine = { tag: number; suite: CryptoSuite; key: Buffer; salt: Buffer }

const linePattern = /^(\d{1,9}) (\S+) inline:([A-Za-z0-9+/]{40})(?:\|[^|:\s]+)?(\|\d+:\d+)?(?: (.+))?$/

/**
 * Reads `a=crypto` values; those with a suite, a key-management field or a parameter that we do not speak are
 * left out, as is every line that is not well formed. @source RFC 4568 §9.1, §6.1 (inline), §6.3 (parameters)
 */
export function readCryptoLines(values: readonly string[]): CryptoLine[] {
  const lines: CryptoLine[] = []
  for (const value of values) {
    const match = linePattern.exec(value.trim())
    const suite = cryptoSuites.find(name => name === match?.[2])
    // A key field (MKI) lengthens every packet, parameters switch protection off: neither is asked for.
    if (!match || !suite || match[4] !== undefined || match[5] !== undefined) continue
    const secret = Buffer.from(match[3] as string, 'base64')
    lines.push({ tag: Number(match[1]), suite, key: secret.subarray(0, 16), salt: secret.subarray(16, 30) })
  }
  return lines
}

/** The value of an `a=crypto` line. */
export function writeCryptoLine({ tag, suite, key, salt }: CryptoLine): string {
  return `${tag} ${suite} inline:${Buffer.concat([key, salt]).toString('base64')}`
}

/** A fresh key of ours. */
export function newCryptoLine(tag: number, suite: CryptoSuite): CryptoLine {
  return { tag, suite, key: randomBytes(16), salt: randomBytes(14) }
}

/** Session keys of one direction. */
export type SessionKeys = { cipherKey: Buffer; authKey: Buffer; salt: Buffer }

/** Labels of the derivation, for packets of sound and of reports. @source RFC 3711 §4.3.2 */
const labels = { rtp: { cipher: 0, auth: 1, salt: 2 }, rtcp: { cipher: 3, auth: 4, salt: 5 } } as const

/** Derives session keys with a key derivation rate of zero. @source RFC 3711 §4.3.1, §4.3.3 */
export function deriveKeys(key: Buffer, salt: Buffer, purpose: 'rtp' | 'rtcp'): SessionKeys {
  const derive = (label: number, length: number): Buffer => {
    const counter = Buffer.alloc(16)
    salt.copy(counter, 0, 0, 14)
    counter[7] = (counter[7] as number) ^ label
    const cipher = createCipheriv('aes-128-ctr', key, counter)
    return cipher.update(Buffer.alloc(length))
  }
  const { cipher, auth, salt: saltLabel } = labels[purpose]
  return { cipherKey: derive(cipher, 16), authKey: derive(auth, 20), salt: derive(saltLabel, 14) }
}
