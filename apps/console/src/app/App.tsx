import { FluentProvider } from '@fluentui/react-components'
import { resolveTheme, themes } from '@guichet/ui'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { I18nProvider } from '../i18n/I18nProvider.tsx'
import { useMediaQuery } from '../shell/media-query.ts'
import { AccessGate } from './AccessGate.tsx'
import { useMe } from './me.query.ts'
import { readerLocale } from './reader-locale.ts'
import { usePreferences } from './ServicesContext.ts'

const Surroundings = () => {
  const [preferences] = usePreferences()
  const me = useMe()
  const prefers = {
    dark: useMediaQuery('(prefers-color-scheme: dark)'),
    moreContrast: useMediaQuery('(prefers-contrast: more)'),
  }
  const theme = resolveTheme(preferences.theme, prefers)
  const locale = readerLocale(preferences.locale, navigator.languages, me.data?.locale)
  return (
    <I18nProvider locale={locale}>
      <FluentProvider
        theme={themes[theme]}
        style={{ height: '100%', colorScheme: theme === 'light' ? 'light' : 'dark' }}
      >
        <AccessGate />
      </FluentProvider>
    </I18nProvider>
  )
}

/** The whole console: theme, language, then whoever is at the door. */
export const App = (props: { queryClient: QueryClient }) => (
  <QueryClientProvider client={props.queryClient}>
    <Surroundings />
  </QueryClientProvider>
)
