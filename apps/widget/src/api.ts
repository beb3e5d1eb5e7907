import type { VisitorIdentity } from '@guichet/contract'
import { chooseLocale } from './locale/language.ts'
import type { ThemeChoice, Widget, WidgetEvents } from './model/widget.ts'

/** What a page may do with the widget: the one global, `window.Guichet`. */
export type Guichet = {
  /** Shows the conversation. */
  open(): void
  /** Hides it; a running call goes on. */
  close(): void
  /** Tells who the visitor is: `{ displayName, email, attributes }`. Shown to agents, never taken as proof. */
  identify(visitor: VisitorIdentity): void
  /** `en` or `fr`; without it the page's `lang` decides, then the browser. */
  setLanguage(language: string): void
  /** `light`, `dark`, or `auto` for the reader's preference. */
  setTheme(theme: ThemeChoice): void
  /** Hears `open`, `close`, `message`, `unread`, `callStarted` or `callEnded`. */
  on<N extends keyof WidgetEvents>(name: N, listener: (detail: WidgetEvents[N]) => void): void
  /** Stops hearing. */
  off<N extends keyof WidgetEvents>(name: N, listener: (detail: WidgetEvents[N]) => void): void
}

declare global {
  interface Window {
    Guichet?: Guichet
  }
}

/** The page's object, and whether the page chose a language through it. */
export function createPublicObject(widget: Widget): { guichet: Guichet; choseLanguage(): boolean } {
  const stops = new Map<unknown, Map<string, () => void>>()
  let choseLanguage = false
  const guichet: Guichet = {
    open: widget.open,
    close: widget.close,
    identify: widget.identify,
    setLanguage(language) {
      choseLanguage = true
      widget.setLocale(chooseLocale([language]))
    },
    setTheme(theme) {
      widget.setTheme(theme === 'light' || theme === 'dark' ? theme : 'auto')
    },
    on(name, listener) {
      const byName = stops.get(listener) ?? new Map<string, () => void>()
      byName.get(name)?.()
      byName.set(name, widget.on(name, listener))
      stops.set(listener, byName)
    },
    off(name, listener) {
      const byName = stops.get(listener)
      byName?.get(name)?.()
      byName?.delete(name)
      if (byName?.size === 0) stops.delete(listener)
    },
  }
  return { guichet: Object.freeze(guichet), choseLanguage: () => choseLanguage }
}
