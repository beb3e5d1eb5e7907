import type { Locale } from '@guichet/contract'
import { en, type MoreWords } from './more.words.en.ts'
import { fr } from './more.words.fr.ts'

/** The words of a language. */
export const wordsOf = (locale: Locale): MoreWords => (locale === 'fr' ? fr : en)
