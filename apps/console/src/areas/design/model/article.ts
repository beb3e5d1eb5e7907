import type { Article, Locale } from '@guichet/contract'

/** An article as the form edits it; an absent link is an empty text. */
export type ArticleDraft = Pick<Article, 'locale' | 'title' | 'body' | 'phrasings' | 'state'> & {
  url: string
}

export const articleInput = ({ locale, title, body, phrasings, state, url }: Article): ArticleDraft => ({
  locale,
  title,
  body,
  phrasings,
  state,
  url: url ?? '',
})

export const emptyArticle = (locale: Locale): ArticleDraft => ({
  locale,
  title: '',
  body: '',
  phrasings: '',
  state: 'published',
  url: '',
})
