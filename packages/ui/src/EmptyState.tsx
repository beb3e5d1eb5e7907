import { makeStyles, Text, tokens } from '@fluentui/react-components'
import type { ReactElement, ReactNode } from 'react'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    textAlign: 'center',
    gap: '8px',
    padding: '32px 24px',
    minHeight: 0,
  },
  fill: { flexGrow: 1, height: '100%' },
  icon: {
    fontSize: '32px',
    lineHeight: 1,
    color: tokens.colorNeutralForeground3,
    marginBottom: '4px',
  },
  text: { color: tokens.colorNeutralForeground3, maxWidth: '44ch', textAlign: 'center' },
  actions: { display: 'flex', gap: '8px', marginTop: '8px', flexWrap: 'wrap', justifyContent: 'center' },
})

/** An empty place that says what would be here and what to do next. */
export const EmptyState = (props: {
  icon?: ReactElement
  title: string
  children?: ReactNode
  actions?: ReactNode
  fill?: boolean
  /** Whether it is all that its page shows: its title then is the page's. */
  isPage?: boolean
}) => {
  const styles = useStyles()
  return (
    <div className={props.fill ? `${styles.root} ${styles.fill}` : styles.root}>
      {props.icon && (
        <span aria-hidden className={styles.icon}>
          {props.icon}
        </span>
      )}
      <Text weight="semibold" align="center" as={props.isPage ? 'h1' : 'span'}>
        {props.title}
      </Text>
      {props.children && <Text className={styles.text}>{props.children}</Text>}
      {props.actions && <div className={styles.actions}>{props.actions}</div>}
    </div>
  )
}
