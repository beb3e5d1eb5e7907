import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  root: {
    position: 'relative',
    display: 'inline-flex',
    alignItems: 'center',
    gap: '8px',
    height: '32px',
    borderRadius: tokens.borderRadiusMedium,
    whiteSpace: 'nowrap',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    // The button covers everything shown beside it, so that all of it is one target under one name.
    '& button': {
      position: 'static',
      minWidth: 0,
      backgroundColor: 'transparent',
      '::before': { content: '""', position: 'absolute', inset: 0 },
    },
  },
  padded: { padding: '0 4px 0 8px' },
  shown: { display: 'inline-flex', alignItems: 'center', gap: '8px' },
})

/**
 * A control whose name is not what it shows, such as a value or initials: what is shown stands beside the button,
 * the button covers it.
 */
export const StretchedTrigger = (props: { shown: ReactNode; children: ReactNode; padded?: boolean }) => {
  const styles = useStyles()
  return (
    <span className={mergeClasses(styles.root, props.padded && styles.padded)}>
      <span className={styles.shown} aria-hidden>
        {props.shown}
      </span>
      {props.children}
    </span>
  )
}
