import { makeStyles, Subtitle1, Text, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    justifyContent: 'space-between',
    gap: '12px 24px',
    paddingBottom: '16px',
  },
  words: { display: 'flex', flexDirection: 'column', gap: '4px', maxWidth: '72ch' },
  hint: { color: tokens.colorNeutralForeground3 },
  actions: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
})

/** Title of a page with one line on what it is for, and its main actions. */
export const PageHeader = (props: { title: string; hint?: string; actions?: ReactNode }) => {
  const styles = useStyles()
  return (
    <div className={styles.root}>
      <div className={styles.words}>
        <Subtitle1 as="h1">{props.title}</Subtitle1>
        {props.hint && <Text className={styles.hint}>{props.hint}</Text>}
      </div>
      {props.actions && <div className={styles.actions}>{props.actions}</div>}
    </div>
  )
}
