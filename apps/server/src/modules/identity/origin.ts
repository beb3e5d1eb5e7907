import { DomainError } from '@guichet/domain'

/** Thrown when a page that may not show the widget, or is not ours, knocks at a door. */
export class OriginNotAllowedError extends DomainError {
  constructor() {
    super('origin-not-allowed', 'Pages of this origin may not do this; add it to the allowed origins')
  }
}

/**
 * Whether a page of `origin` was served by the host that it talks to, or by the address people use. Where that address
 * is known, its scheme counts too: whoever owns the network may serve pages of our name without encryption.
 */
export function isSameHost(origin: string, host: string, publicUrl?: string): boolean {
  try {
    const url = new URL(origin)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
    const known = publicUrl === undefined ? null : new URL(publicUrl)
    if (known !== null && url.host === known.host) return url.origin === known.origin
    return host !== '' && url.host === new URL(`${url.protocol}//${host}`).host
  } catch {
    return false
  }
}
