import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

/** Looks of a choosable line in a list. */
export const useListLinkStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '2px' },
  link: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusMedium,
    border: '1px solid transparent',
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1 },
  },
  facts: {
    color: tokens.colorNeutralForeground3,
    display: 'flex',
    gap: '8px',
    flexWrap: 'wrap',
    alignItems: 'center',
  },
})

/** Class names of a line, chosen or not. */
export const useListLink = (isCurrent: boolean) => {
  const styles = useListLinkStyles()
  return mergeClasses(styles.link, isCurrent && styles.current)
}

/** Title and facts of one line. */
export const ListLine = (props: { title: string; children?: ReactNode }) => {
  const styles = useListLinkStyles()
  return (
    <>
      <Text weight="semibold">{props.title}</Text>
      <Text size={200} className={styles.facts}>
        {props.children}
      </Text>
    </>
  )
}
