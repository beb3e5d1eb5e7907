import type { Locale } from '@guichet/contract'
import { sql, type Transaction } from 'kysely'
import { type Database, type PlatformTables, withTables } from '../../platform/index.ts'
import type { BotsTables } from './bots.tables.ts'
import type { Candidate } from './retrieval.ts'

type Executor = Database | Transaction<PlatformTables>

/** Articles looked at for one question. */
const MAX_CANDIDATES = 20
/** Spellings compared with one mistyped word. */
const MAX_SPELLINGS = 20

export type ArticleRow = {
  id: string
  locale: Locale
  title: string
  body: string
  phrasings: string
  url: string | null
  state: 'draft' | 'published'
  updatedAt: Date
}

/** A word of a question with the lexemes that find it. */
export type LexedWord = { word: string; lexemes: string[]; frequency: number }

/** An article that holds words of a question. */
export type FoundArticle = Omit<Candidate, 'likeness'> & { row: ArticleRow }

const columns = ['id', 'locale', 'title', 'body', 'phrasings', 'url', 'state', 'updatedAt'] as const

/** SQL over articles and their words. @source reference bots-and-channels §10 */
export function createArticlesRepository(db: Database) {
  const tables = (executor: Executor) => withTables<BotsTables>(executor)

  /** Keeps the spellings of an article beside it. */
  async function putWords(trx: Executor, id: string): Promise<void> {
    await tables(trx).deleteFrom('articleWords').where('articleId', '=', id).execute()
    await sql`
      insert into article_words (article_id, word)
      select distinct a.id, w
      from articles a,
        regexp_split_to_table(knowledge_plain(a.title || ' ' || a.phrasings || ' ' || a.body), '[^[:alnum:]]+') w
      where a.id = ${id} and length(w) between 3 and 40`.execute(trx)
  }

  return {
    async list(filter: { locale: Locale | undefined; search: string | undefined }): Promise<ArticleRow[]> {
      let query = tables(db).selectFrom('articles').select(columns)
      if (filter.locale !== undefined) query = query.where('locale', '=', filter.locale)
      if (filter.search !== undefined) {
        const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`
        query = query.where(
          sql<boolean>`knowledge_plain(title || ' ' || phrasings || ' ' || body) like knowledge_plain(${pattern})`,
        )
      }
      return query.orderBy('locale').orderBy('title').limit(1_000).execute()
    },

    find: (id: string): Promise<ArticleRow | undefined> =>
      tables(db).selectFrom('articles').select(columns).where('id', '=', id).executeTakeFirst(),

    async insert(trx: Executor, row: ArticleRow): Promise<void> {
      await tables(trx).insertInto('articles').values(row).execute()
      await putWords(trx, row.id)
    },

    /** False when there is no such article. */
    async replace(trx: Executor, { id, ...row }: ArticleRow): Promise<boolean> {
      const result = await tables(trx)
        .updateTable('articles')
        .set(row)
        .where('id', '=', id)
        .executeTakeFirst()
      if (result.numUpdatedRows === 0n) return false
      await putWords(trx, id)
      return true
    },

    /** False when there is no such article. */
    async remove(trx: Executor, id: string): Promise<boolean> {
      const result = await tables(trx).deleteFrom('articles').where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows > 0n
    },

    async count(executor: Executor): Promise<number> {
      const { count } = await tables(executor)
        .selectFrom('articles')
        .select(eb => eb.fn.countAll<string>().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    /** The words that the language's dictionary keeps, with the number of articles that hold each. */
    async lex(words: readonly string[], locale: Locale): Promise<{ words: LexedWord[]; published: number }> {
      const { rows } = await sql<LexedWord & { published: string }>`
        with given as (
          select ord, word, tsvector_to_array(knowledge_vector(knowledge_config(${locale}), word)) as lexemes
          from unnest(${words}::text[]) with ordinality as w(word, ord)
        )
        select g.word, g.lexemes, (
          select count(*)::int from articles a
          where a.state = 'published' and a.locale = ${locale}
            and a.search @@ (select string_agg(quote_literal(l), ' | ') from unnest(g.lexemes) l)::tsquery
        ) as frequency, (
          select count(*)::int from articles a where a.state = 'published' and a.locale = ${locale}
        ) as published
        from given g
        where cardinality(g.lexemes) > 0
        order by g.ord`.execute(db)
      return {
        words: rows.map(({ word, lexemes, frequency }) => ({ word, lexemes, frequency })),
        published: Number(rows[0]?.published ?? 0),
      }
    },

    /** Words of the articles that are spelt somewhat like the given one. */
    async spellings(word: string, locale: Locale): Promise<string[]> {
      const { rows } = await sql<{ word: string }>`
        select distinct w.word, public.similarity(w.word, knowledge_plain(${word})) as likeness
        from article_words w
        join articles a on a.id = w.article_id
        where a.locale = ${locale} and a.state = 'published'
          and public.similarity(w.word, knowledge_plain(${word})) > 0.18
        order by likeness desc
        limit ${MAX_SPELLINGS}`.execute(db)
      return rows.map(row => row.word)
    },

    /** Articles with any of the words, best first, each with the places where they stand. */
    async candidates(words: readonly LexedWord[], locale: Locale): Promise<FoundArticle[]> {
      const any = words.map(word => toQuery(word.lexemes)).join(' | ')
      const asked = JSON.stringify(
        words.map((word, index) => ({
          index,
          title: toQuery(word.lexemes, 'A'),
          phrasings: toQuery(word.lexemes, 'B'),
          body: toQuery(word.lexemes, 'C'),
        })),
      )
      const { rows } = await sql<
        ArticleRow & { rank: number; places: [number, boolean, boolean, boolean][] }
      >`
        with asked as (
          select * from json_to_recordset(${asked}::json) as q(index int, title text, phrasings text, body text)
        )
        select a.id, a.locale, a.title, a.body, a.phrasings, a.url, a.state, a.updated_at,
          ts_rank_cd(a.search, ${any}::tsquery, 32) as rank,
          (
            select json_agg(json_build_array(q.index, a.search @@ q.title::tsquery, a.search @@ q.phrasings::tsquery,
              a.search @@ q.body::tsquery))
            from asked q
          ) as places
        from articles a
        where a.locale = ${locale} and a.state = 'published' and a.search @@ ${any}::tsquery
        order by rank desc
        limit ${MAX_CANDIDATES}`.execute(db)
      return rows.map(({ rank, places, ...row }) => ({
        row,
        articleId: row.id,
        title: row.title,
        inTitle: places.filter(([, title]) => title).map(([index]) => index),
        inPhrasings: places.filter(([, , phrasings]) => phrasings).map(([index]) => index),
        inBody: places.filter(([, , , body]) => body).map(([index]) => index),
        rank,
      }))
    },
  }
}

export type ArticlesRepository = ReturnType<typeof createArticlesRepository>

/** Any of the lexemes, as a tsquery; a weight narrows it to one part of the article. */
function toQuery(lexemes: readonly string[], weight = ''): string {
  return lexemes
    .map(lexeme => `'${lexeme.replace(/['\\]/g, '$&$&')}'${weight === '' ? '' : `:${weight}`}`)
    .join(' | ')
}
