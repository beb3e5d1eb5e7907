import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import type { Quality, QualityRating } from '@guichet/softphone'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const useStyles = makeStyles({
  dot: {
    width: '10px',
    height: '10px',
    flexShrink: 0,
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorNeutralForeground4,
  },
  good: { backgroundColor: tokens.colorStatusSuccessBackground3 },
  fair: { backgroundColor: tokens.colorStatusWarningBackground3 },
  poor: { backgroundColor: tokens.colorStatusDangerBackground3, borderRadius: tokens.borderRadiusSmall },
})

/** How well the connection carries the call, in a colour, a shape and words. */
export const QualityDot = (props: { quality: Quality | null }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const rating: QualityRating | 'unknown' = props.quality?.rating ?? 'unknown'
  return (
    <Tooltip content={t(`call.quality.${rating}`)} relationship="label">
      <span role="img" className={mergeClasses(styles.dot, rating !== 'unknown' && styles[rating])} />
    </Tooltip>
  )
}
