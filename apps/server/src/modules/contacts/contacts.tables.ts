import type { Locale } from '@guichet/contract'

/** The page a contact was last seen on. */
export type ContactPage = { url: string; title: string }

/** Tables that belong to contacts. */
export type ContactsTables = {
  contacts: {
    rawId: string
    displayName: string
    email: string | null
    locale: Locale
    attributes: Record<string, string>
    page: ContactPage | null
    firstSeenAt: Date
    lastSeenAt: Date
  }
}
