import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { ArrowLeftRegular } from '@fluentui/react-icons'
import { Unseen } from '@guichet/ui'
import type { ReactNode } from 'react'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useMediaQuery, widths } from '../../../shell/media-query.ts'

const useStyles = makeStyles({
  root: {
    height: '100%',
    display: 'grid',
    gridTemplateColumns: '320px minmax(0, 1fr)',
    [`@media ${widths.narrow}`]: { gridTemplateColumns: '260px minmax(0, 1fr)' },
    [`@media ${widths.single}`]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  list: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    minHeight: 0,
    overflowY: 'auto',
    padding: '16px',
    backgroundColor: tokens.colorNeutralBackground2,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    '& > *': { flexShrink: 0 },
  },
  detail: { minHeight: 0, minWidth: 0, overflowY: 'auto', padding: '24px' },
})

/** A list beside what is chosen in it; one after the other on a small screen. */
export const MasterDetail = (props: {
  listLabel: string
  list: ReactNode
  detail: ReactNode
  isChosen: boolean
  onBack: () => void
}) => {
  const styles = useStyles()
  const { t } = useI18n()
  const isSingle = useMediaQuery(widths.single)
  return (
    <div className={styles.root}>
      {(!isSingle || !props.isChosen) && (
        <section className={styles.list} aria-label={props.listLabel}>
          {props.list}
        </section>
      )}
      {(!isSingle || props.isChosen) && (
        <div className={styles.detail}>
          {isSingle && <Unseen as="h1">{props.listLabel}</Unseen>}
          {isSingle && (
            <Button appearance="subtle" icon={<ArrowLeftRegular />} onClick={props.onBack}>
              {t('common.back')}
            </Button>
          )}
          {props.detail}
        </div>
      )}
    </div>
  )
}
