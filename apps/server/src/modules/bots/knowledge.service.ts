import type { Article, ArticleInput, Locale } from '@guichet/contract'
import type { RawId } from '@guichet/domain'
import type { z } from 'zod'
import { type Clock, type Ids, NotFoundError, type UnitOfWork } from '../../platform/index.ts'
import type { ArticleRow, ArticlesRepository, FoundArticle, LexedWord } from './articles.repository.ts'
import { judge, type Match, type Verdict } from './retrieval.ts'
import { likenessTo, nearestWord, plain, subjectWords } from './words.ts'

/** What is read of a question, in UTF-16 units: who writes more has asked by then, and reading on is no use. */
const MAX_QUESTION_LENGTH = 1_000

type NewArticle = z.output<typeof ArticleInput>

/** What the articles say to a question. */
export type Answer = {
  outcome: Verdict['outcome']
  matches: Match[]
  /** The article to give as the answer; null unless the outcome is `answer`. */
  article: Article | null
}

/** Words of a question, and what was taken for each mistyped one. */
type Mended = { words: readonly LexedWord[]; meanings: ReadonlyMap<string, string> }

/** Articles and questions. */
export type KnowledgeService = {
  list(filter: { locale?: Locale | undefined; search?: string | undefined }): Promise<Article[]>
  add(article: NewArticle, by: RawId): Promise<Article>
  /** @throws NotFoundError `not-found` */
  replace(articleId: string, article: NewArticle, by: RawId): Promise<Article>
  /** @throws NotFoundError `not-found` */
  remove(articleId: string, by: RawId): Promise<void>
  /** Looks a question up among published articles of the language. */
  ask(question: string, locale: Locale): Promise<Answer>
  /** Writes articles where there are none at all. */
  seed(articles: readonly NewArticle[], by: RawId): Promise<void>
}

/** @see KnowledgeService */
export function createKnowledgeService(deps: {
  repository: ArticlesRepository
  uow: UnitOfWork
  clock: Clock
  ids: Ids
}): KnowledgeService {
  const { repository, uow, clock, ids } = deps

  const toRow = (id: string, article: NewArticle): ArticleRow => ({
    ...article,
    id,
    title: storable(article.title),
    body: storable(article.body),
    phrasings: storable(article.phrasings),
    updatedAt: new Date(clock.now()),
  })

  /** Words nobody wrote become the words that were meant, where one is near enough. */
  async function mend(words: readonly LexedWord[], locale: Locale): Promise<Mended> {
    const meanings = new Map<string, string>()
    for (const { word } of words.filter(one => one.frequency === 0)) {
      const meant = nearestWord(word, await repository.spellings(word, locale))
      if (meant !== null) meanings.set(word, meant)
    }
    if (meanings.size === 0) return { words, meanings }
    const { words: lexed } = await repository.lex([...meanings.values()], locale)
    return {
      words: words.map(word => lexed.find(one => one.word === meanings.get(word.word)) ?? word),
      meanings,
    }
  }

  return {
    list: async filter => {
      const search = filter.search?.trim()
      const rows = await repository.list({
        locale: filter.locale,
        search: search === '' ? undefined : search,
      })
      return rows.map(presentArticle)
    },

    async add(article, by) {
      const row = toRow(ids.uuid(), article)
      await uow.run(async ({ trx, emit }) => {
        await repository.insert(trx, row)
        emit('article.saved', { articleId: row.id, by })
      })
      return presentArticle(row)
    },

    async replace(articleId, article, by) {
      const row = toRow(articleId, article)
      await uow.run(async ({ trx, emit }) => {
        if (!(await repository.replace(trx, row))) throw new NotFoundError('The article')
        emit('article.saved', { articleId, by })
      })
      return presentArticle(row)
    },

    async remove(articleId, by) {
      await uow.run(async ({ trx, emit }) => {
        if (!(await repository.remove(trx, articleId))) throw new NotFoundError('The article')
        emit('article.deleted', { articleId, by })
      })
    },

    async ask(written, locale) {
      const question = written.slice(0, MAX_QUESTION_LENGTH).toWellFormed()
      const asked = subjectWords(question, locale)
      const lexed = await repository.lex(asked, locale)
      const { words, meanings } = await mend(lexed.words, locale)
      if (words.every(word => word.frequency === 0)) return { outcome: 'unsure', matches: [], article: null }
      const meant = question.toLowerCase().replace(/[\p{L}\p{N}]+/gu, word => meanings.get(word) ?? word)
      const likeness = likenessTo(meant)
      const candidates = (await repository.candidates(words, locale)).map(found => ({
        ...found,
        likeness: Math.max(...sayings(found).map(saying => likeness(saying))),
      }))
      // A clicked suggestion is the title itself: no doubt is left.
      const named = candidates.find(({ title }) => plain(title).trim() === plain(question).trim())
      if (named !== undefined) {
        const match = { articleId: named.articleId, title: named.title, confidence: 1 }
        return { outcome: 'answer', matches: [match], article: presentArticle(named.row) }
      }
      const { outcome, matches } = judge(words, candidates, lexed.published)
      const best =
        outcome === 'answer' ? candidates.find(one => one.articleId === matches[0]?.articleId) : undefined
      return { outcome, matches, article: best === undefined ? null : presentArticle(best.row) }
    },

    async seed(articles, by) {
      await uow.run(async ({ trx, emit }) => {
        if ((await repository.count(trx)) > 0) return
        for (const article of articles) {
          const row = toRow(ids.uuid(), article)
          await repository.insert(trx, row)
          emit('article.saved', { articleId: row.id, by })
        }
      })
    },
  }
}

/** The ways an article is asked for. */
function sayings({ row }: FoundArticle): string[] {
  return [row.title, ...row.phrasings.split('\n')]
}

function presentArticle(row: ArticleRow): Article {
  const { id, locale, title, body, phrasings, url, state, updatedAt } = row
  return { id, locale, title, body, phrasings, url, state, updatedAt: updatedAt.toISOString() }
}

/** Text columns hold no NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}
