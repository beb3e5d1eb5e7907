import type { Locale } from '@guichet/contract'

const two = (value: number) => String(value).padStart(2, '0')

/** A running time as on a stopwatch, `0:07`, `12:34`, `1:02:03`; never negative. */
export const formatClock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** A length of time in words of the language, in its largest useful units: `2 min`, `1 h 5 min`, `8 s`. */
export const formatDuration = (locale: Locale, ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const unit = (value: number, name: 'second' | 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  if (seconds < 60) return unit(seconds, 'second')
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return unit(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  if (hours >= 48) return unit(Math.round(hours / 24), 'day')
  return minutes % 60 === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}`
}

/** The hour of an instant in the reader's zone: `14:05`, `2:05 PM`. */
export const formatHour = (locale: Locale, at: string | number): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(at))

/** Day of an instant for a reader at `now`: nothing for today, else a short date. */
export const formatDay = (locale: Locale, at: string | number, now: number): string => {
  const date = new Date(at)
  const today = new Date(now)
  if (date.toDateString() === today.toDateString()) return ''
  const sameYear = date.getFullYear() === today.getFullYear()
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(date)
}

/** Day and hour of an instant; the hour alone when it is today. */
export const formatMoment = (locale: Locale, at: string | number, now: number): string =>
  [formatDay(locale, at, now), formatHour(locale, at)].filter(part => part !== '').join(' ')

/** A file's size in the reader's units, e.g. `1.4 MB`. */
export const formatBytes = (locale: Locale, bytes: number): string => {
  const [value, unit] =
    bytes < 1000 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte']
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: bytes < 1e6 ? 0 : 1,
  }).format(value)
}

/** A share between 0 and 1 as a percentage. */
export const formatShare = (locale: Locale, share: number): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)
