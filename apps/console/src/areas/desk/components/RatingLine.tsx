import { makeStyles, RatingDisplay, Text, tokens } from '@fluentui/react-components'
import type { Rating } from '@guichet/contract'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '2px' },
  stars: { display: 'flex', alignItems: 'center', gap: '8px' },
  said: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', color: tokens.colorNeutralForeground2 },
})

/** What the visitor thought of a conversation, and why. */
export const RatingLine = ({ rating }: { rating: Rating }) => {
  const styles = useStyles()
  const { t } = useI18n()
  return (
    <div className={styles.root}>
      <span className={styles.stars}>
        <RatingDisplay value={rating.score} size="small" color="brand" valueText={null} aria-hidden />
        <Text size={200}>{t('context.rated', { score: rating.score })}</Text>
      </span>
      {rating.comment && (
        <Text size={200} className={styles.said} dir="auto">
          {rating.comment}
        </Text>
      )}
    </div>
  )
}
