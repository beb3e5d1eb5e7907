import type { Locale } from '@guichet/contract'

/** Longest text spoken in one go, in UTF-16 units. */
export const MAX_SPOKEN_LENGTH = 1_000

/** Words to speak; `voice` as the engine names it, or null for its own choice in the language. */
export type SpeechRequest = { text: string; locale: Locale; voice: string | null }

/** A WAV file (16-bit PCM, mono) to play. `isSpoken` is false when it is only a chime, for want of an engine. */
export type SpokenPrompt = { path: string; isSpoken: boolean }

/** Turns words into sound files. */
export type SpeechPort = {
  /**
   * The file for a text; made once, then kept by text and voice.
   * @throws DomainError `invalid-request` when the text is empty or too long.
   */
  synthesise(request: SpeechRequest): Promise<SpokenPrompt>
}
