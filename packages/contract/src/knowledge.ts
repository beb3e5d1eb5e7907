import { z } from 'zod'
import { Instant, Locale } from './common.ts'

export const Article = z.object({
  id: z.uuid(),
  locale: Locale,
  title: z.string(),
  body: z.string(),
  /** Other ways people ask for it, one a line. */
  phrasings: z.string(),
  url: z.string().nullable(),
  state: z.enum(['draft', 'published']),
  updatedAt: Instant,
})
export type Article = z.infer<typeof Article>
export const ArticleInput = z.object({
  locale: Locale,
  title: z.string().trim().min(1).max(200),
  body: z.string().trim().min(1).max(20_000),
  phrasings: z.string().max(4_000).default(''),
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .default(null),
  state: z.enum(['draft', 'published']).default('published'),
})
/** Tries a question as the bot would answer it, without a conversation. */
export const TryQuestion = z.object({ locale: Locale, question: z.string().trim().min(1).max(1_000) })
export const TriedAnswer = z.object({
  outcome: z.enum(['answer', 'didYouMean', 'unsure']),
  matches: z.array(z.object({ articleId: z.uuid(), title: z.string(), confidence: z.number() })),
  text: z.string(),
})
