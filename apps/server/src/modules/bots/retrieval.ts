/** A word of the question, as the search sees it. */
export type QuestionWord = {
  /** Published articles that contain it. */
  frequency: number
}

/** How an article answers to the words of a question; numbers are places in the list of words. */
export type Candidate = {
  articleId: string
  title: string
  inTitle: readonly number[]
  inPhrasings: readonly number[]
  inBody: readonly number[]
  /** Likeness of the question to the title or a phrasing, 0 to 1. */
  likeness: number
  /** Closeness of the words to each other, 0 to 1. @source PostgreSQL ts_rank_cd with normalisation 32 */
  rank: number
}

export type Match = { articleId: string; title: string; confidence: number }

/** What the bot makes of the matches, best first. */
export type Verdict =
  | { outcome: 'answer'; matches: Match[] }
  | { outcome: 'didYouMean'; matches: Match[] }
  | { outcome: 'unsure'; matches: Match[] }

/** At or above this the best article is given as the answer. */
export const ANSWER_CONFIDENCE = 0.55
/** At or above this an article is worth asking about. */
export const SUGGEST_CONFIDENCE = 0.3
/** An answer must stand out from the next article by this much. */
const MARGIN = 0.07
const SUGGESTIONS = 3
/** What a word counts where it was found. */
const credit = { title: 1, phrasings: 0.95, body: 0.55 }
/** A word that no article knows weighs as much as the rarest known one: the question may be about something else. */
const UNKNOWN_WEIGHT = 1.7
/** An answer holds at least this share of the words, however alike a phrasing sounds. */
const ANSWER_SHARE = 0.6
/** Shares of the confidence: a question asked in an article's own words stands out; closeness orders equals. */
const LIKENESS_SHARE = 0.22
const RANK_SHARE = 0.03

/**
 * Scores articles by the share of the question's words they contain, rare words counting more, and decides whether
 * that is an answer, a choice, or nothing. Nothing is ever answered that no article says.
 */
export function judge(
  words: readonly QuestionWord[],
  candidates: readonly Candidate[],
  published: number,
): Verdict {
  const known = words.map(word => (word.frequency === 0 ? 0 : Math.log(1 + published / word.frequency)))
  const unknown = Math.max(UNKNOWN_WEIGHT, ...known)
  const weights = words.map((word, index) => (word.frequency === 0 ? unknown : (known[index] ?? 0)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return { outcome: 'unsure', matches: [] }

  const scored = candidates
    .map(candidate => {
      const found = weights.reduce((sum, weight, index) => sum + weight * creditOf(candidate, index), 0)
      const share = found / total
      const confidence =
        share * (1 - LIKENESS_SHARE - RANK_SHARE) +
        candidate.likeness * LIKENESS_SHARE +
        candidate.rank * RANK_SHARE
      return { articleId: candidate.articleId, title: candidate.title, confidence: round(confidence), share }
    })
    .sort((a, b) => b.confidence - a.confidence)
  const matches = scored.map(({ share: _share, ...match }) => match)
  const [best, next] = scored
  if (best === undefined || best.confidence < SUGGEST_CONFIDENCE) {
    return { outcome: 'unsure', matches: matches.slice(0, SUGGESTIONS) }
  }
  const standsOut = best.confidence - (next?.confidence ?? 0) >= MARGIN
  if (best.confidence >= ANSWER_CONFIDENCE && best.share >= ANSWER_SHARE && standsOut) {
    return { outcome: 'answer', matches: matches.slice(0, SUGGESTIONS) }
  }
  const floor = Math.max(SUGGEST_CONFIDENCE, best.confidence * 0.6)
  return {
    outcome: 'didYouMean',
    matches: matches.filter(match => match.confidence >= floor).slice(0, SUGGESTIONS),
  }
}

function creditOf(candidate: Candidate, word: number): number {
  if (candidate.inTitle.includes(word)) return credit.title
  if (candidate.inPhrasings.includes(word)) return credit.phrasings
  if (candidate.inBody.includes(word)) return credit.body
  return 0
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
