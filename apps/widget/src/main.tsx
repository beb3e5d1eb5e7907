import callChunk from 'virtual:chunk/call'
import moreChunk from 'virtual:chunk/more'
import { browserEnvironment } from '@guichet/client'
import { render } from 'preact'
import { createPublicObject } from './api.ts'
import { App } from './components/App.tsx'
import { chooseLocale } from './locale/language.ts'
import type { CallCode } from './model/call.code.ts'
import { createMemory } from './model/memory.ts'
import type { MoreCode } from './model/more.code.ts'
import { createVisitor } from './model/visitor.ts'
import { createWidget, type ThemeChoice, type Ui } from './model/widget.ts'
import { lentByWidget } from './shared/lent.ts'
import css from './widget.css?inline'

/** Puts the widget into the page that loaded `script`, once. */
function mount(script: HTMLScriptElement) {
  const source = new URL(script.src)
  const environment = browserEnvironment()
  const memory = createMemory(source.origin, { lasting: () => localStorage, tab: () => sessionStorage })
  const pageLanguage = () =>
    chooseLocale([script.dataset.language, document.documentElement.lang, ...navigator.languages])
  const visitor = createVisitor({
    baseUrl: source.origin,
    environment,
    memory,
    locale: pageLanguage(),
    // Without query and fragment: they may hold what is nobody else's business.
    page: () => ({ url: location.origin + location.pathname, title: document.title.slice(0, 300) }),
  })

  const element = document.createElement('div')
  element.dataset.guichetWidget = ''
  // Set from script: no style of the page reaches the widget, and no policy on inline styles forbids it.
  element.style.setProperty('all', 'initial', 'important')
  const root = element.attachShadow({ mode: 'open' })
  const adopt = (text: string) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  }
  adopt(css)
  // What is typed here is no shortcut of the page's.
  for (const name of ['keydown', 'keyup', 'keypress'])
    element.addEventListener(name, event => event.stopPropagation())

  const dark = matchMedia('(prefers-color-scheme: dark)')
  const callKey = `guichet:${source.origin}:callTab`
  const codes = new Map<string, Promise<unknown>>()

  /** Code of the widget's own that is loaded once, or again after a failure. */
  function load<C extends CallCode | MoreCode<Ui>>(chunk: string): Promise<C> {
    const known = codes.get(chunk) as Promise<C> | undefined
    if (known) return known
    const loading = import(/* @vite-ignore */ new URL(chunk, source).href).then((module: { default: C }) => {
      module.default.lend(lentByWidget)
      adopt(module.default.css)
      return module.default
    })
    codes.set(chunk, loading)
    loading.catch(() => codes.delete(chunk))
    return loading
  }

  const widget = createWidget({
    visitor,
    environment,
    memory,
    locale: pageLanguage(),
    theme: (script.dataset.theme ?? 'auto') as ThemeChoice,
    prefersDark: { now: () => dark.matches, onChange: listener => dark.addEventListener('change', listener) },
    visibility: {
      isVisible: () => document.visibilityState === 'visible',
      onChange: listener => document.addEventListener('visibilitychange', listener),
    },
    callTaken: {
      tell: () => memory.writeLasting('callTab', visitor.tabId),
      // Storage events reach the other tabs of the site only.
      onTaken: listener =>
        addEventListener('storage', event => {
          if (event.key === callKey && event.newValue !== visitor.tabId) listener()
        }),
    },
    loadCallCode: () => load<CallCode>(callChunk),
    loadMoreCode: () => load<MoreCode<Ui>>(moreChunk),
    // Browsers are silent, and say so in the page's console, before somebody has clicked or typed.
    maySound: () => navigator.userActivation?.hasBeenActive ?? true,
    warnBeforeLeaving: isBusy =>
      addEventListener('beforeunload', event => {
        if (isBusy()) event.preventDefault()
      }),
  })

  document.body.append(element)
  render(<App widget={widget} />, root)

  const page = createPublicObject(widget)
  new MutationObserver(() => {
    if (!page.choseLanguage()) widget.setLocale(pageLanguage())
  }).observe(document.documentElement, { attributeFilter: ['lang'] })
  window.Guichet = page.guichet
  document.dispatchEvent(new CustomEvent('guichet:ready'))
}

const script = document.currentScript
if (script instanceof HTMLScriptElement && !window.Guichet) {
  if (document.body) mount(script)
  else document.addEventListener('DOMContentLoaded', () => mount(script), { once: true })
}
