import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import type { CannedReply } from '../model/canned.ts'

const useStyles = makeStyles({
  list: {
    position: 'absolute',
    left: '16px',
    right: '16px',
    bottom: '100%',
    zIndex: 10,
    display: 'flex',
    flexDirection: 'column',
    padding: '4px',
    maxHeight: '280px',
    overflowY: 'auto',
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  option: {
    display: 'grid',
    gridTemplateColumns: '88px minmax(0, 1fr)',
    gap: '8px',
    padding: '6px 8px',
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
  },
  active: { backgroundColor: tokens.colorBrandBackground2, color: tokens.colorNeutralForeground1 },
  word: { color: tokens.colorBrandForeground1, fontWeight: tokens.fontWeightSemibold },
  text: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
})

/** Ready answers above the composer; the composer moves and chooses by key. */
export const CannedList = (props: {
  id: string
  replies: readonly CannedReply[]
  active: number
  onHover: (index: number) => void
  onChoose: (index: number) => void
}) => {
  const styles = useStyles()
  const { t } = useI18n()
  return (
    <div className={styles.list} role="listbox" id={props.id} aria-label={t('composer.canned')}>
      {props.replies.map((reply, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the composer moves and chooses by key
        <div
          key={reply.word}
          id={`${props.id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === props.active}
          className={mergeClasses(styles.option, index === props.active && styles.active)}
          onMouseMove={() => props.onHover(index)}
          onMouseDown={event => event.preventDefault()}
          onClick={() => props.onChoose(index)}
        >
          <span className={styles.word}>/{reply.word}</span>
          <Text className={styles.text}>{reply.text}</Text>
        </div>
      ))}
    </div>
  )
}
