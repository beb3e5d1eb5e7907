import { Locale } from '@guichet/contract'

/**
 * The language to show: chosen on this browser, else the first of the browser's own languages that is one of ours,
 * else the account's. The browser comes before the account so that signing in does not change the language of a page
 * that was being read.
 */
export const readerLocale = (
  chosen: Locale | null,
  browserLanguages: readonly string[],
  account: Locale | undefined,
): Locale => {
  const known = browserLanguages
    .map(language => Locale.safeParse(language.toLowerCase().split('-')[0]))
    .find(parsed => parsed.success)
  return chosen ?? known?.data ?? account ?? 'en'
}
