import { Button, makeStyles, Subtitle2, Text, Tooltip, tokens } from '@fluentui/react-components'
import { CallFilled, ChatFilled, DismissRegular } from '@fluentui/react-icons'
import type { OfferView } from '@guichet/contract'
import { Figure, Unseen } from '@guichet/ui'
import { useId } from 'react'
import { useLive } from '../../app/ServicesContext.ts'
import { formatClock } from '../../i18n/format.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { useNow } from '../../shell/clock.ts'
import { widths } from '../../shell/media-query.ts'
import { useOfferActs } from '../hooks/use-offer-acts.ts'
import { ariaShortcut, shortcuts } from '../model/shortcuts.ts'

const useStyles = makeStyles({
  region: {
    position: 'fixed',
    top: '56px',
    right: '12px',
    width: '352px',
    maxWidth: 'calc(100vw - 24px)',
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    zIndex: 1000,
    [`@media ${widths.single}`]: { left: '12px', width: 'auto' },
  },
  offer: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    padding: '16px',
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    boxShadow: tokens.shadow28,
    overflow: 'hidden',
    position: 'relative',
    animationName: { from: { opacity: 0, transform: 'translateY(-8px)' }, to: { opacity: 1 } },
    animationDuration: '160ms',
    animationTimingFunction: tokens.curveDecelerateMid,
  },
  head: { display: 'flex', gap: '12px', alignItems: 'center' },
  icon: {
    display: 'grid',
    placeItems: 'center',
    width: '40px',
    height: '40px',
    flexShrink: 0,
    borderRadius: tokens.borderRadiusCircular,
    fontSize: '20px',
    color: tokens.colorNeutralForegroundOnBrand,
    backgroundColor: tokens.colorBrandBackground,
  },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0, flexGrow: 1 },
  kind: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  facts: { display: 'flex', flexDirection: 'column', gap: '2px', color: tokens.colorNeutralForeground2 },
  topic: { color: tokens.colorNeutralForeground1, overflowWrap: 'anywhere' },
  acts: { display: 'grid', gridTemplateColumns: '1fr 1fr', gap: '8px' },
  accept: {
    backgroundColor: tokens.colorStatusSuccessBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': {
      backgroundColor: tokens.colorPaletteGreenForeground1,
      color: tokens.colorNeutralForegroundOnBrand,
    },
    ':hover:active': {
      backgroundColor: tokens.colorPaletteGreenForeground1,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
  life: {
    position: 'absolute',
    left: 0,
    bottom: 0,
    height: '3px',
    backgroundColor: tokens.colorBrandBackground,
  },
  quiet: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
})

const Offer = (props: { offer: OfferView; isAccepting: boolean; isOldest: boolean }) => {
  const { offer, isAccepting, isOldest } = props
  const styles = useStyles()
  const { t } = useI18n()
  const { accept, decline } = useOfferActs()
  const now = useNow()
  const titleId = useId()
  const kind = t(offer.channel === 'voice' ? 'offer.call' : 'offer.chat')
  const lifeMs = Date.parse(offer.expiresAt) - Date.parse(offer.issuedAt)
  const leftMs = Math.min(lifeMs, Math.max(0, Date.parse(offer.expiresAt) - now))
  return (
    <div
      className={styles.offer}
      role="dialog"
      aria-labelledby={titleId}
      id={`offer-${offer.id}`}
      tabIndex={-1}
    >
      <div className={styles.head}>
        <span className={styles.icon} aria-hidden>
          {offer.channel === 'voice' ? <CallFilled /> : <ChatFilled />}
        </span>
        <div className={styles.words} id={titleId}>
          <span className={styles.kind}>{kind}</span>
          <Subtitle2 className={styles.name}>{offer.contact.displayName}</Subtitle2>
        </div>
      </div>
      <div className={styles.facts}>
        <Text className={styles.topic}>
          {offer.topic === null ? t('offer.noTopic') : t('offer.topic', { topic: offer.topic })}
        </Text>
        <Text>{t('offer.queue', { queue: offer.queueName })}</Text>
        <Text>
          <Figure>
            {t('offer.waiting', { duration: formatClock(now - Date.parse(offer.waitingSince)) })}
          </Figure>
          {' · '}
          {t('offer.language', { language: t(`locale.${offer.locale}`) })}
        </Text>
      </div>
      <div className={styles.acts}>
        <Tooltip content={isOldest ? shortcuts.decline.print : t('offer.decline')} relationship="description">
          <Button
            icon={<DismissRegular />}
            {...(isOldest ? { 'aria-keyshortcuts': ariaShortcut('decline') } : {})}
            disabled={isAccepting}
            onClick={() => decline(offer)}
          >
            {t('offer.decline')}
          </Button>
        </Tooltip>
        <Tooltip content={isOldest ? shortcuts.accept.print : t('offer.accept')} relationship="description">
          <Button
            appearance="primary"
            className={styles.accept}
            {...(isOldest ? { 'aria-keyshortcuts': ariaShortcut('accept') } : {})}
            icon={offer.channel === 'voice' ? <CallFilled /> : <ChatFilled />}
            disabledFocusable={isAccepting}
            onClick={() => void accept(offer)}
          >
            {isAccepting ? t('offer.accepting') : t('offer.accept')}
          </Button>
        </Tooltip>
      </div>
      <Figure className={styles.quiet}>{t('offer.expires', { duration: formatClock(leftMs) })}</Figure>
      <span
        className={styles.life}
        style={{ width: `${(100 * leftMs) / Math.max(1, lifeMs)}%` }}
        aria-hidden
      />
    </div>
  )
}

/** Work that rings, above every page: who, what about, how long they have waited, how long it will ring. */
export const IncomingOffers = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const offers = useLive(state => state.offers)
  const accepting = useLive(state => state.accepting)
  return (
    <>
      <Unseen as="div" isLive>
        {offers
          .map(offer =>
            t('card.incoming', {
              channel: t(`channel.${offer.channel}`),
              name: offer.contact.displayName,
              queue: offer.queueName,
            }),
          )
          .join('. ')}
      </Unseen>
      {offers.length > 0 && (
        <section className={styles.region} aria-label={t('offer.region')}>
          {offers.map((offer, index) => (
            <Offer
              key={offer.id}
              offer={offer}
              isAccepting={accepting.includes(offer.id)}
              isOldest={index === 0}
            />
          ))}
        </section>
      )}
    </>
  )
}
