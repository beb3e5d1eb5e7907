import type { Locale } from '@guichet/contract'
import { en, type Strings } from './en.ts'
import { fr } from './fr.ts'

const catalogues: Readonly<Record<Locale, Strings>> = { en, fr }

/** The words of a language. */
export const stringsOf = (locale: Locale): Strings => catalogues[locale]

/** The first of the tags (`fr-CA`, `en`…) whose language we speak; English when none is. */
export function chooseLocale(tags: readonly (string | null | undefined)[]): Locale {
  for (const tag of tags) {
    const language = tag?.toLowerCase().split(/[-_]/)[0]
    if (language === 'en' || language === 'fr') return language
  }
  return 'en'
}

/** The words for a problem's code. */
export const explainProblem = (strings: Strings, code: string): string =>
  strings.problem[code] ?? strings.problem.other
