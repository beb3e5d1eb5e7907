import type { Locale } from '@guichet/contract'

/** Words of a question that are looked at. */
const MAX_WORDS = 40

/** Words that say nothing about the subject, without accents; the search's own stop words come on top. */
const fillers: Record<Locale, ReadonlySet<string>> = {
  en: new Set(
    (
      'hello hi hey good morning afternoon evening please thanks thank want need like would could can may might know ' +
      'tell get got give help question ask wondering wonder looking look let see say thing something anything ' +
      'im ive id sorry ok okay yes no well just really actually maybe possible able way much many mine us go going ' +
      'explain information info dear sir madam one two three still already today tomorrow'
    ).split(' '),
  ),
  fr: new Set(
    (
      'bonjour bonsoir salut coucou merci svp stp plait veux voudrais voudrait peux peut puis pouvez pourriez pourrais ' +
      'faut faire fait fais savoir sais dire dites avoir aide aider question demander demande renseignement ' +
      'information informations chose quelque quelles quels quelle quel comment combien pourquoi quand est estce ' +
      'cest jai ca cela ok oui non bien tres alors donc possible moyen vais aller allez madame monsieur cher chere ' +
      'possede souhaite souhaiterais aimerais toujours encore deja deux trois aujourd hui demain'
    ).split(' '),
  ),
}

/** Without case and accents, with plain apostrophes. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/[’ʼ‘]/g, "'")
    .toLowerCase()
}

/** The words of a question that carry its subject, each once, in order. */
export function subjectWords(question: string, locale: Locale): string[] {
  const words = question
    .toLowerCase()
    .replace(/[’ʼ‘]/g, "'")
    // French elisions and English endings are no part of the word.
    .replace(/\b(l|d|j|n|s|t|m|c|qu|jusqu|lorsqu|puisqu)'/gu, ' ')
    .replace(/'(s|re|ve|ll|d|m|t)\b/gu, ' ')
    .match(/[\p{L}\p{N}]+/gu)
  const kept = (words ?? []).filter(word => word.length > 1 && !fillers[locale].has(plain(word)))
  return [...new Set(kept)].slice(0, MAX_WORDS)
}

/**
 * Tells how alike other texts are to this one by their words, 0 to 1; endings of number and gender make no difference.
 * @source Dice 1945
 */
export function likenessTo(text: string): (other: string) => number {
  const left = roots(text)
  return other => {
    const right = roots(other)
    if (left.size === 0 || right.size === 0) return 0
    const shared = [...right].filter(word => left.has(word)).length
    return (2 * shared) / (left.size + right.size)
  }
}

function roots(text: string): Set<string> {
  const words = plain(text).match(/[\p{L}\p{N}]+/gu) ?? []
  return new Set(words.map(word => (word.length > 3 ? word.replace(/e?s?$/, '') : word)))
}

/** Edits that turn one word into the other: letters added, dropped, replaced, or two neighbours swapped. */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)])
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, at(i - 2, j - 2) + 1)
      ;(rows[i] as number[])[j] = best
    }
  }
  return at(a.length, b.length)
}

/** The word of a vocabulary that was meant by a mistyped one; null when none is near enough. */
export function nearestWord(mistyped: string, vocabulary: readonly string[]): string | null {
  const word = plain(mistyped)
  // Two letters too many or too few make another word ("president" is no "present").
  const tolerance = word.length < 4 ? 0 : word.length < 7 ? 1 : 2
  let best: { word: string; distance: number } | null = null
  for (const candidate of vocabulary) {
    if (Math.abs(candidate.length - word.length) > 1) continue
    const distance = editDistance(word, candidate)
    if (distance <= tolerance && (best === null || distance < best.distance))
      best = { word: candidate, distance }
  }
  return best?.word ?? null
}
