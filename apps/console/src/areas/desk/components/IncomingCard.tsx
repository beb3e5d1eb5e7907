import { Avatar, mergeClasses } from '@fluentui/react-components'
import { CallFilled, ChatFilled } from '@fluentui/react-icons'
import type { OfferView } from '@guichet/contract'
import { Figure, Unseen } from '@guichet/ui'
import { formatClock } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { useCardStyles } from './card.styles.ts'

/** Ringing work in the list; a click goes to where it is answered. */
export const IncomingCard = (props: { offer: OfferView }) => {
  const { offer } = props
  const styles = useCardStyles()
  const { t } = useI18n()
  const now = useNow()
  const name = offer.contact.displayName
  return (
    <li>
      <button
        type="button"
        className={mergeClasses(styles.card, styles.incoming)}
        onClick={() => document.getElementById(`offer-${offer.id}`)?.focus()}
      >
        <span className={styles.avatar}>
          <Avatar name={name} size={32} color="colorful" aria-hidden />
          <span className={styles.channel}>
            {offer.channel === 'voice' ? <CallFilled aria-hidden /> : <ChatFilled aria-hidden />}
          </span>
        </span>
        <span className={styles.words}>
          <span className={styles.name}>
            <Unseen>{t(offer.channel === 'voice' ? 'offer.call' : 'offer.chat')}</Unseen>
            {name}
          </span>
          <span className={styles.line}>{offer.topic ?? offer.queueName}</span>
        </span>
        <span className={styles.side}>
          <Figure tone="warn" strong>
            {formatClock(now - Date.parse(offer.waitingSince))}
          </Figure>
        </span>
      </button>
    </li>
  )
}
