import type { Locale } from '@guichet/contract'
import type { KnowledgeService } from '../modules/bots/index.ts'
import type { WidgetSettingsStore } from '../modules/conversations/index.ts'
import { communicationUser } from '../platform/index.ts'
import { articlesEn } from './articles.en.ts'
import { articlesFr } from './articles.fr.ts'

/** Signs what the seed writes. */
const SEED = communicationUser('00000000-0000-4000-8000-00000000005e')
const SHOP = 'Maison Lavande'

/** Every demo article. */
export const demoArticles = [...inLocale('en', articlesEn), ...inLocale('fr', articlesFr)]

/** Writes the demo articles into an empty knowledge base, and the shop's name where none is chosen. */
export async function seedKnowledge(deps: {
  knowledge: KnowledgeService
  settings: WidgetSettingsStore
}): Promise<void> {
  await deps.settings.seed({ allowedOrigins: [], brandName: SHOP, defaultLocale: 'en' })
  await deps.knowledge.seed(demoArticles, SEED)
}

function inLocale(
  locale: Locale,
  articles: readonly { title: string; phrasings: string; body: string }[],
): { locale: Locale; title: string; phrasings: string; body: string; url: null; state: 'published' }[] {
  return articles.map(article => ({ ...article, locale, url: null, state: 'published' }))
}
