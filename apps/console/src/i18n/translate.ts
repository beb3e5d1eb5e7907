import type { Locale } from '@guichet/contract'

/** Text with `{name}` holes, or one text per plural form chosen by the value `count`. */
export type Entry = string | { one: string; other: string }
export type Values = Readonly<Record<string, string | number>>

type Holes<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never
type TextOf<E extends Entry> = E extends string ? E : E extends { other: infer O extends string } ? O : never
/** Names that the values of an entry must carry. */
export type HolesOf<E extends Entry> = Holes<TextOf<E>> | (E extends string ? never : 'count')

/** Fills the holes of an entry, choosing the plural form by the rules of the language. */
export const fillEntry = (locale: Locale, entry: Entry, values: Values): string => {
  const text =
    typeof entry === 'string'
      ? entry
      : new Intl.PluralRules(locale).select(Number(values.count ?? 0)) === 'one'
        ? entry.one
        : entry.other
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name]
    if (value === undefined) return hole
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value
  })
}

/** Names of the holes in an entry, sorted; plural forms count together. */
export const holesIn = (entry: Entry): string[] => {
  const text = typeof entry === 'string' ? entry : `${entry.one} ${entry.other}`
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] as string))].sort()
}
