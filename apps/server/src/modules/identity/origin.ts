import { DomainError } from '@guichet/domain'

/** Thrown when a page that may not show the widget, or is not ours, knocks at a door. */
export class OriginNotAllowedError extends DomainError {
  constructor() {
    super('origin-not-allowed', 'Pages of this origin may not do this; add it to the allowed origins')
  }
}

/** Whether a page of `origin` was served by the host that it talks to, or by the address people use. */
export function isSameHost(origin: string, host: string, publicUrl?: string): boolean {
  try {
    const url = new URL(origin)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
    if (publicUrl !== undefined && url.origin === new URL(publicUrl).origin) return true
    return host !== '' && url.host === new URL(`${url.protocol}//${host}`).host
  } catch {
    return false
  }
}
