import { describePosition, Locale, phrases, type VoiceApplication } from '@guichet/domain/flow'
import { reconnectingWords } from './phrases.ts'
import type { SpeechRequest } from './speech.ports.ts'

/** Places in line that callers hear most. */
const COMMON_PLACES = [1, 2, 3]

/** Collects localised texts wherever they stand in a document. */
function textsIn(value: unknown, found: Record<string, unknown>[]): void {
  if (typeof value !== 'object' || value === null) return
  const { kind, text } = value as { kind?: unknown; text?: unknown }
  if ((kind === 'text' || kind === 'file') && typeof text === 'object' && text !== null)
    found.push(text as Record<string, unknown>)
  for (const part of Object.values(value)) textsIn(part, found)
}

/** Everything that callers of these applications are likely to hear, so that it can be spoken ahead of time. */
export function promptTexts(documents: readonly VoiceApplication[]): SpeechRequest[] {
  const requests: SpeechRequest[] = []
  for (const document of documents) {
    const found: Record<string, unknown>[] = []
    textsIn(document, found)
    for (const locale of document.languages) {
      const voice = document.ttsVoice[locale] ?? null
      for (const texts of found) {
        const text = texts[locale]
        if (typeof text === 'string' && text.trim() !== '') requests.push({ text, locale, voice })
      }
    }
  }
  for (const locale of Locale.options) {
    const words = [
      ...Object.values(phrases).map(phrase => phrase[locale]),
      ...COMMON_PLACES.map(place => describePosition(place, locale)),
      reconnectingWords[locale],
    ]
    for (const text of words) requests.push({ text, locale, voice: null })
  }
  return requests
}
