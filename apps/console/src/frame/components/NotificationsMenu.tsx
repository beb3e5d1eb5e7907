import {
  Button,
  CounterBadge,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Subtitle2,
  tokens,
} from '@fluentui/react-components'
import { AlertRegular, CallMissedRegular, ChatRegular } from '@fluentui/react-icons'
import { EmptyState, StretchedTrigger } from '@guichet/ui'
import { useLive, useServices } from '../../app/ServicesContext.ts'
import { formatMoment } from '../../i18n/format.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { useNow } from '../../shell/clock.ts'

const useStyles = makeStyles({
  badge: { position: 'absolute', top: '2px', right: '2px', pointerEvents: 'none' },
  surface: { width: '320px', maxWidth: 'calc(100vw - 24px)', padding: '12px' },
  head: { display: 'flex', justifyContent: 'space-between', alignItems: 'center', paddingBottom: '8px' },
  list: { listStyle: 'none', margin: 0, padding: 0, maxHeight: '50vh', overflowY: 'auto' },
  item: {
    display: 'grid',
    gridTemplateColumns: '20px 1fr auto',
    gap: '8px',
    padding: '8px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  quiet: { color: tokens.colorNeutralForeground3 },
})

/** What passed by without an answer. */
export const NotificationsMenu = () => {
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { live } = useServices()
  const missed = useLive(state => state.missedOffers)
  const now = useNow()
  return (
    <Popover trapFocus positioning="below-end">
      <StretchedTrigger
        shown={
          missed.length > 0 && (
            <CounterBadge className={styles.badge} count={missed.length} size="small" color="danger" />
          )
        }
      >
        <PopoverTrigger disableButtonEnhancement>
          <Button
            appearance="transparent"
            icon={<AlertRegular />}
            aria-label={t('notifications.label')}
            aria-description={
              missed.length > 0 ? t('notifications.count', { count: missed.length }) : t('notifications.none')
            }
          />
        </PopoverTrigger>
      </StretchedTrigger>
      <PopoverSurface className={styles.surface} aria-label={t('notifications.label')}>
        {missed.length === 0 ? (
          <EmptyState title={t('notifications.none')}>{t('notifications.noneHint')}</EmptyState>
        ) : (
          <>
            <div className={styles.head}>
              <Subtitle2>{t('notifications.label')}</Subtitle2>
              <Button size="small" appearance="subtle" onClick={live.clearMissed}>
                {t('notifications.clear')}
              </Button>
            </div>
            <ul className={styles.list}>
              {missed.map(offer => (
                <li className={styles.item} key={offer.offerId}>
                  {offer.channel === 'voice' ? (
                    <CallMissedRegular aria-hidden fontSize={20} />
                  ) : (
                    <ChatRegular aria-hidden fontSize={20} />
                  )}
                  <span>
                    {t('notifications.missed', {
                      channel: t(`channel.${offer.channel}`),
                      name: offer.contact.displayName,
                    })}
                    <br />
                    <span className={styles.quiet}>{offer.queueName}</span>
                  </span>
                  <span className={styles.quiet}>{formatMoment(locale, offer.at, now)}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </PopoverSurface>
    </Popover>
  )
}
