import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({
  figure: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  quiet: { color: tokens.colorNeutralForeground3 },
  good: { color: tokens.colorStatusSuccessForeground1 },
  warn: { color: tokens.colorStatusWarningForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  strong: { fontWeight: tokens.fontWeightSemibold },
})

/** Meaning of a figure's colour: green talk, amber wait, red breach. */
export type Tone = 'plain' | 'quiet' | 'good' | 'warn' | 'bad'

/** A number or duration whose digits do not dance while it changes. */
export const Figure = (props: { children: string; tone?: Tone; strong?: boolean; className?: string }) => {
  const styles = useStyles()
  const tone = props.tone && props.tone !== 'plain' ? styles[props.tone] : undefined
  return (
    <span className={mergeClasses(styles.figure, tone, props.strong && styles.strong, props.className)}>
      {props.children}
    </span>
  )
}
