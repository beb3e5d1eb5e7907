// The encoders of every JavaScript runtime (WHATWG Encoding); declared here because this package knows neither DOM nor Node.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, target: Uint8Array): { read: number; written: number }
}

const tolerant = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Decodes UTF-8; bytes that are not UTF-8 become U+FFFD. @source RFC 3261 §7 */
export function decodeText(bytes: Uint8Array): string {
  return tolerant.decode(bytes)
}

/** Decodes UTF-8, or tells by `undefined` that the bytes are not UTF-8. */
export function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** Encodes as UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/** Encodes as UTF-8 into `target` and tells how many bytes were written, or -1 where they did not fit. */
export function encodeTextInto(text: string, target: Uint8Array): number {
  const { read, written } = encoder.encodeInto(text, target)
  return read === text.length ? written : -1
}
