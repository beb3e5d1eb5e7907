import type { Locale, MessageContent } from '@guichet/contract'
import { botParty } from '../conversations/index.ts'
import { botTexts } from './bot.texts.ts'
import type { BotActivity, BotPort, BotTurn } from './bots.ports.ts'
import { detectIntent } from './intents.ts'
import type { Answer, KnowledgeService } from './knowledge.service.ts'

/** Longest answer in a message, in UTF-16 units; the rest is behind the article's link. */
const ANSWER_LENGTH = 1_500
/** Longest chip label. @source contract QuickReply */
const LABEL_LENGTH = 80

const turn = (reply: MessageContent, more: Partial<BotTurn> = {}): BotTurn => ({
  replies: [reply],
  understood: true,
  topic: null,
  handoff: null,
  ...more,
})

/** The built-in bot: answers from articles, asks back when in doubt, and calls a person rather than guess. */
export function createKnowledgeBot(deps: {
  knowledge: KnowledgeService
  brandName(): Promise<string>
}): BotPort {
  const { knowledge } = deps

  return {
    party: botParty,
    async onActivity(activity: BotActivity): Promise<BotTurn> {
      const texts = botTexts[activity.locale]
      if (activity.kind === 'conversationStarted') {
        return turn({ message: texts.greeting(await deps.brandName()) }, { understood: null })
      }
      if (activity.text === '') {
        return turn({ message: texts.onlyFile, quickReplies: [texts.person] }, { understood: null })
      }
      switch (detectIntent(activity.text)) {
        case 'person':
          return turn({ message: texts.handingOver }, { handoff: { topic: null, summary: null } })
        case 'call':
          return turn({ message: texts.offerCall, quickReplies: [texts.voice, texts.person] })
        case 'greeting':
          return turn({ message: texts.helloAgain }, { understood: null })
        case 'thanks':
          return turn({ message: texts.welcome }, { understood: null })
        case null:
          return replyTo(await askBoth(knowledge, activity.text, activity.locale), activity.locale)
      }
    },
  }
}

/** Looks in the other language too: visitors do not always write in the page's. */
async function askBoth(knowledge: KnowledgeService, question: string, locale: Locale): Promise<Answer> {
  const answer = await knowledge.ask(question, locale)
  if (answer.outcome === 'answer') return answer
  const other = await knowledge.ask(question, locale === 'en' ? 'fr' : 'en')
  return other.outcome === 'answer' ? other : answer
}

function replyTo(answer: Answer, locale: Locale): BotTurn {
  const texts = botTexts[locale]
  if (answer.article !== null) {
    const { title } = answer.article
    return turn(answerContent(answer), { topic: title })
  }
  if (answer.outcome === 'didYouMean') {
    const titles = answer.matches.map(({ title }) => ({
      label: title.slice(0, LABEL_LENGTH).toWellFormed(),
      value: title.slice(0, 200).toWellFormed(),
      action: 'send' as const,
    }))
    return turn(
      { message: texts.didYouMean, quickReplies: [...titles, texts.person] },
      { understood: null, topic: answer.matches[0]?.title ?? null },
    )
  }
  return turn({ message: texts.unsure, quickReplies: [texts.person, texts.voice] }, { understood: false })
}

/** The words and the source of an answer. */
export function answerContent(answer: Answer): MessageContent {
  const { article } = answer
  if (article === null) return {}
  const { title, body, url, locale } = article
  const source = url === null ? { title } : { title, url }
  if (body.length <= ANSWER_LENGTH) return { message: body, sources: [source] }
  const end = Math.max(body.lastIndexOf('\n', ANSWER_LENGTH), body.lastIndexOf('. ', ANSWER_LENGTH) + 1)
  const short = body
    .slice(0, end > ANSWER_LENGTH / 2 ? end : ANSWER_LENGTH)
    .toWellFormed()
    .trimEnd()
  return {
    message: url === null ? `${short} …` : `${short} …\n\n${botTexts[locale].readMore} ${url}`,
    sources: [source],
  }
}
