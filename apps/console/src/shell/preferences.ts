import type { Locale } from '@guichet/contract'
import type { ThemeChoice } from '@guichet/ui'

/** What one person chose on this browser. */
export type Preferences = {
  /** Null until chosen: the browser's language, then the account's, decides. */
  locale: Locale | null
  theme: ThemeChoice
  /** 0 (silent) to 1. */
  ringVolume: number
  messageSound: boolean
  /** Whether the question about notifications was answered with “not now”. */
  notificationsDismissed: boolean
}

export const defaultPreferences: Preferences = {
  locale: null,
  theme: 'system',
  ringVolume: 0.6,
  messageSound: true,
  notificationsDismissed: false,
}

export type PreferenceStore = {
  get(): Preferences
  set(change: Partial<Preferences>): void
  subscribe(listener: () => void): () => void
}

const KEY = 'guichet.preferences'
const themes: readonly ThemeChoice[] = ['system', 'light', 'dark', 'highContrast']

/** Preferences out of stored text; anything unknown or damaged falls back to the default. */
export const parsePreferences = (text: string | null): Preferences => {
  let stored: Partial<Record<keyof Preferences, unknown>> = {}
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value === 'object' && value !== null) stored = value
  } catch {
    return defaultPreferences
  }
  const { locale, theme, ringVolume, messageSound, notificationsDismissed } = stored
  return {
    locale: locale === 'en' || locale === 'fr' ? locale : null,
    theme: themes.find(name => name === theme) ?? defaultPreferences.theme,
    ringVolume:
      typeof ringVolume === 'number' && ringVolume >= 0 && ringVolume <= 1
        ? ringVolume
        : defaultPreferences.ringVolume,
    messageSound: typeof messageSound === 'boolean' ? messageSound : defaultPreferences.messageSound,
    notificationsDismissed: notificationsDismissed === true,
  }
}

/** Keeps preferences in the browser; other tabs follow at once. */
export const createPreferenceStore = (): PreferenceStore => {
  const listeners = new Set<() => void>()
  const read = () => {
    try {
      return parsePreferences(localStorage.getItem(KEY))
    } catch {
      // Site data may be blocked: choices then last as long as the page.
      return defaultPreferences
    }
  }
  let current = read()
  const emit = () => {
    for (const listener of [...listeners]) listener()
  }
  addEventListener('storage', event => {
    if (event.key !== KEY) return
    current = read()
    emit()
  })
  return {
    get: () => current,
    set(change) {
      current = { ...current, ...change }
      try {
        localStorage.setItem(KEY, JSON.stringify(current))
      } catch {
        // As above.
      }
      emit()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
