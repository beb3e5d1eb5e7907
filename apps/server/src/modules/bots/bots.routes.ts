import { allow, type RouteBinder } from '../../platform/index.ts'
import { botTexts } from './bot.texts.ts'
import { mayReadArticles, mayWriteArticles } from './bots.policy.ts'
import type { KnowledgeService } from './knowledge.service.ts'
import { answerContent } from './knowledge-bot.ts'

/** Binds the routes of knowledge articles. */
export function bindKnowledgeRoutes(bind: RouteBinder, knowledge: KnowledgeService): void {
  bind('GET /api/articles', async ({ principal, input }) => {
    allow(mayReadArticles, principal, null, 'read articles')
    return { value: await knowledge.list(input.query) }
  })
  bind('POST /api/articles', ({ principal, input }) => {
    allow(mayWriteArticles, principal, null, 'write articles')
    return knowledge.add(input.body, principal.rawId)
  })
  bind('PUT /api/articles/:articleId', ({ principal, input }) => {
    allow(mayWriteArticles, principal, null, 'write articles')
    return knowledge.replace(input.params.articleId, input.body, principal.rawId)
  })
  bind('DELETE /api/articles/:articleId', async ({ principal, input }) => {
    allow(mayWriteArticles, principal, null, 'delete articles')
    await knowledge.remove(input.params.articleId, principal.rawId)
    return {}
  })
  bind('POST /api/articles/try', async ({ principal, input }) => {
    allow(mayReadArticles, principal, null, 'try questions')
    const { locale, question } = input.body
    const answer = await knowledge.ask(question, locale)
    const texts = botTexts[locale]
    const text =
      answer.article === null
        ? texts[answer.outcome === 'didYouMean' ? 'didYouMean' : 'unsure']
        : (answerContent(answer).message ?? '')
    return { outcome: answer.outcome, matches: answer.matches, text }
  })
}
