import type { Locale } from '@guichet/contract'
import { en } from './en/index.ts'
import { fr } from './fr/index.ts'
import { type Entry, fillEntry, type HolesOf, type Values } from './translate.ts'

/** Words by language; English decides which keys exist and what each needs. */
export const catalogues: Readonly<Record<Locale, Record<keyof typeof en, Entry>>> = { en, fr }

export type TextKey = keyof typeof en
type Needs<K extends TextKey> = HolesOf<(typeof en)[K]>
type Arguments<K extends TextKey> = [Needs<K>] extends [never]
  ? []
  : [values: Readonly<Record<Needs<K>, string | number>>]

/** Says a key in the reader's language; the values it needs are checked by type. */
export type Translate = <K extends TextKey>(key: K, ...values: Arguments<K>) => string

/** Makes the function that says keys in one language. */
export const createTranslate =
  (locale: Locale): Translate =>
  (key, ...[values]) =>
    fillEntry(locale, catalogues[locale][key], (values ?? {}) as Values)
