import type { Conversation, Locale, VisitorSession } from '@guichet/contract'
import type { Strings } from '../locale/en.ts'

/** A duration as a clock shows it: `0:07`, `12:30`, `1:02:03`. */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  const pad = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}

/** Whole minutes to wait, never less than one. */
export const waitMinutes = (durationMs: number): number => Math.max(1, Math.round(durationMs / 60_000))

/** A size in bytes in the reader's units. */
export function formatSize(bytes: number, locale: Locale): string {
  const units = locale === 'fr' ? ['o', 'ko', 'Mo'] : ['B', 'kB', 'MB']
  const power = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2
  const digits = power === 2 ? 1 : 0
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(bytes / 1000 ** power)} ${units[power]}`
}

/** The line under the brand: who answers, or how long it takes. */
export function describeState(
  strings: Strings,
  conversation: Conversation | null,
  brand: VisitorSession['brand'] | null,
): string {
  if (conversation?.state === 'closed') return strings.state.closed
  const handling = conversation?.handling
  if (handling?.by === 'agent' && handling.agent) return strings.state.agent(handling.agent.displayName)
  if (handling?.by === 'queue') {
    const { position, expectedWaitMs } = handling
    if (position === null) return strings.state.queued
    const time = expectedWaitMs === null ? null : strings.minutes(waitMinutes(expectedWaitMs))
    return strings.state.position(position, time)
  }
  if (brand?.usuallyAnswersInMs)
    return strings.state.answersIn(strings.shortMinutes(waitMinutes(brand.usuallyAnswersInMs)))
  return handling?.by === 'bot' ? strings.state.bot : strings.state.answers
}
