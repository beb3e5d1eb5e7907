import type { Locale, Presence, WorkerView } from '@guichet/contract'
import type { Translate } from '../../i18n/catalogue.ts'
import { formatHour } from '../../i18n/format.ts'

/** The presence to show: whoever is in a call is busy, whatever they chose before. */
export const shownPresence = ({ presence, activity }: Pick<WorkerView, 'presence' | 'activity'>): Presence =>
  activity === 'inCall' && presence === 'available' ? 'busy' : presence

/** What somebody is doing, since when; their presence when they are doing nothing. */
export const activityText = (
  t: Translate,
  locale: Locale,
  worker: Pick<WorkerView, 'presence' | 'activity' | 'activitySince'>,
): string =>
  worker.activity === 'idle'
    ? t(`presence.${worker.presence}`)
    : t(`activity.${worker.activity}`, { time: formatHour(locale, worker.activitySince) })
