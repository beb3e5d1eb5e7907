import { useEffect, useRef, useState } from 'react'
import { useLive, usePreferences, useServices } from '../../app/ServicesContext.ts'
import { formatDuration } from '../../i18n/format.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { leadAmongTabs } from '../../shell/tab.ts'

/** Rings while work is offered, in one tab only, and tells the screen when nobody looks at the page. */
export const useRinging = () => {
  const { calls, sounds, notifications } = useServices()
  const { t, locale } = useI18n()
  const offers = useLive(state => state.offers)
  const accepting = useLive(state => state.accepting)
  const [{ ringVolume }] = usePreferences()
  const [isLeader, setLeader] = useState(false)
  const shown = useRef(new Map<string, () => void>())
  const isRinging = offers.some(offer => !accepting.includes(offer.id))

  useEffect(() => leadAmongTabs('guichet.ring', setLeader), [])

  useEffect(() => {
    if (isRinging && isLeader) return sounds.ring(ringVolume)
  }, [isRinging, isLeader, ringVolume, sounds])

  useEffect(() => {
    const current = shown.current
    for (const [id, hide] of current) {
      if (offers.some(offer => offer.id === id)) continue
      hide()
      current.delete(id)
      calls.forget(id as (typeof offers)[number]['id'])
    }
    for (const offer of offers) {
      if (current.has(offer.id)) continue
      calls.prepare(offer)
      const waitedMs = Date.parse(offer.issuedAt) - Date.parse(offer.waitingSince)
      const hide = isLeader
        ? notifications.show({
            title: t(offer.channel === 'voice' ? 'offer.call' : 'offer.chat'),
            body: t('offer.notification', {
              name: offer.contact.displayName,
              queue: offer.queueName,
              duration: formatDuration(locale, waitedMs),
            }),
            tag: offer.id,
            onClick: () => undefined,
          })
        : () => undefined
      current.set(offer.id, hide)
    }
  }, [offers, calls, notifications, isLeader, t, locale])
}
