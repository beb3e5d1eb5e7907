import { Body1, Button, Card, makeStyles, shorthands, Title3, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { usePreferences } from '../../../app/ServicesContext.ts'
import { BrandMark } from '../../../frame/components/BrandMark.tsx'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const useStyles = makeStyles({
  root: {
    minHeight: '100%',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: '24px',
    padding: '32px 16px',
    backgroundColor: tokens.colorNeutralBackground3,
  },
  brand: { display: 'flex', alignItems: 'center', gap: '12px' },
  columns: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: '16px',
    justifyContent: 'center',
    alignItems: 'stretch',
    width: '100%',
    maxWidth: '760px',
  },
  card: {
    flex: '1 1 320px',
    maxWidth: '400px',
    ...shorthands.padding('24px'),
    gap: '16px',
    borderRadius: tokens.borderRadiusXLarge,
  },
  words: { display: 'flex', flexDirection: 'column', gap: '4px' },
  hint: { color: tokens.colorNeutralForeground3 },
})

/** The page before signing in: brand, one card, and what stands beside it. */
export const DoorFrame = (props: {
  title: string
  hint?: string
  children: ReactNode
  aside?: ReactNode
}) => {
  const styles = useStyles()
  const { t, locale } = useI18n()
  const [, prefer] = usePreferences()
  const other = locale === 'en' ? 'fr' : 'en'
  return (
    <div className={styles.root}>
      <header className={styles.brand}>
        <BrandMark size={40} />
        <Title3 as="span">{t('app.name')}</Title3>
      </header>
      <main className={styles.columns}>
        <Card className={styles.card}>
          <div className={styles.words}>
            <Title3 as="h1">{props.title}</Title3>
            {props.hint && <Body1 className={styles.hint}>{props.hint}</Body1>}
          </div>
          {props.children}
        </Card>
        {props.aside && <Card className={styles.card}>{props.aside}</Card>}
      </main>
      <footer>
        <Button appearance="subtle" lang={other} onClick={() => prefer({ locale: other })}>
          {t(`localeOwn.${other}`)}
        </Button>
      </footer>
    </div>
  )
}
