import { Locale, Presence } from '@guichet/contract'
import type { ThemeChoice } from '@guichet/ui'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useFeedback } from '../../app/Feedback.tsx'
import { areasOf } from '../../app/roles.ts'
import { useLive, usePreferences, useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import type { Command } from '../model/commands.ts'
import { pagesOf } from '../model/pages.ts'
import { useLocale } from './use-locale.ts'

const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark', 'highContrast']

/** Everything the command bar offers this person, with the conversations that the server finds for the query. */
export const useCommands = (query: string): Command[] => {
  const { t } = useI18n()
  const { me, http, live } = useServices()
  const { fail } = useFeedback()
  const worker = useLive(state => state.worker)
  const assignments = useLive(state => state.assignments)
  const [, prefer] = usePreferences()
  const chooseLocale = useLocale()
  const navigate = useNavigate()
  const search = query.trim()
  const found = useQuery({
    queryKey: ['conversations', 'search', search],
    queryFn: ({ signal }) => http.call('GET /api/conversations', { query: { search, limit: 8 }, signal }),
    enabled: search.length >= 2 && areasOf(me.roles).includes('desk'),
    retry: false,
  })

  const openConversation = (conversationId: string) => () =>
    void navigate({ to: '/desk/$conversationId', params: { conversationId } })
  const work = assignments.map(assignment => assignment.conversation)
  const others = (found.data?.value ?? []).filter(({ id }) => !work.some(known => known.id === id))

  return [
    ...work.map(conversation => ({
      id: `work-${conversation.id}`,
      label: conversation.contact.displayName,
      group: t('command.group.work'),
      keywords: conversation.topic ?? '',
      run: openConversation(conversation.id),
    })),
    ...pagesOf(me.roles).map(page => ({
      id: page.path,
      label: t('command.goTo', { page: t(page.name) }),
      group: t('command.group.page'),
      keywords: page.path.replaceAll('/', ' '),
      run: () => void navigate({ to: page.path }),
    })),
    ...(worker ? Presence.options : []).map(presence => ({
      id: `presence-${presence}`,
      label: t('command.setPresence', { presence: t(`presence.${presence}`) }),
      group: t('command.group.presence'),
      run: () => void live.setPresence(presence).catch(fail),
    })),
    ...themeChoices.map(theme => ({
      id: `theme-${theme}`,
      label: t('command.theme', { theme: t(`theme.${theme}`) }),
      group: t('command.group.preference'),
      run: () => prefer({ theme }),
    })),
    ...Locale.options.map(locale => ({
      id: `locale-${locale}`,
      label: t('command.language', { language: t(`localeOwn.${locale}`) }),
      group: t('command.group.preference'),
      run: () => chooseLocale(locale),
    })),
    ...others.map(conversation => ({
      id: `conversation-${conversation.id}`,
      label: conversation.contact.displayName,
      group: t('command.group.conversation'),
      // The server already judged that it fits, perhaps by words that are not shown here.
      keywords: `${conversation.topic ?? ''} ${search}`,
      run: openConversation(conversation.id),
    })),
  ]
}
