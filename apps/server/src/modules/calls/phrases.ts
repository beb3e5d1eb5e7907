import type { Locale } from '@guichet/contract'

/** Said to a caller whose agent's connection was lost for a moment. */
export const reconnectingWords: Record<Locale, string> = {
  en: 'The connection to our colleague was lost for a moment. Please stay on the line.',
  fr: 'La liaison avec notre collègue est interrompue un instant. Merci de rester en ligne.',
}
