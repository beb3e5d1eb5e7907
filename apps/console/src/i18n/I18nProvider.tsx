import type { Locale } from '@guichet/contract'
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { createTranslate, type Translate } from './catalogue.ts'

type I18n = { t: Translate; locale: Locale }

const I18nContext = createContext<I18n>({ t: createTranslate('en'), locale: 'en' })

/** Gives the words of one language to everything inside, and tells the page's language to the browser. */
export const I18nProvider = (props: { locale: Locale; children: ReactNode }) => {
  const { locale, children } = props
  const value = useMemo(() => ({ t: createTranslate(locale), locale }), [locale])
  useEffect(() => {
    document.documentElement.lang = locale
  }, [locale])
  return <I18nContext value={value}>{children}</I18nContext>
}

/** The words and the language of the reader. */
export const useI18n = (): I18n => useContext(I18nContext)
